import { bytesOf } from '../../src/collect/lines/bytes.ts';
import { RowWriter } from '../../src/collect/lines/row-writer.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { EventIds } from '../../src/model/event-id.ts';
import { FINISHED_STATES, taskDataset, type FinishedState } from '../../src/octopus/task-dataset.ts';
import { fieldNumber, type Field } from './fields.ts';
import type { LineValues } from './line-values.ts';

/** The columns that are a field's value as it stands. */
const COPIED: readonly (readonly [column: string, field: Field])[] = [
  ['name', 'task_name'],
  ['space', 'space'],
  ['project', 'project'],
  ['node', 'node'],
  ['task_id', 'task_id'],
  ['description', 'description'],
];
const FIELDS = COPIED.map(([, field]) => fieldNumber(field));
const TENANT = COPIED.length;
const STATE = COPIED.length + 1;
const [DURATION, QUEUE_WAIT] = [0, 1];
const TASK_ID = fieldNumber('task_id');
const TASK_NAME = fieldNumber('task_name');
const STATE_FIELD = fieldNumber('state');

/** Other words for how a task ended. */
const SPELLINGS: ReadonlyMap<string, FinishedState> = new Map([
  ...FINISHED_STATES.map((state) => [state.toLowerCase(), state] as const),
  ['succeeded', 'Success'],
  ['completed', 'Success'],
  ['failure', 'Failed'],
  ['cancelled', 'Canceled'],
]);

/** How a task ended. */
interface State {
  readonly symbol: number;
  readonly bytes: Uint8Array;
}

/** Writes rows of `task` from the values of lines. */
export class TaskRows {
  readonly #ids: EventIds;
  /** By the symbol of the word that a line has for it. */
  readonly #states = new Map<number, State>();
  readonly #rows = new RowWriter(
    taskDataset,
    [...COPIED.map(([column]) => column), 'tenant', 'state'],
    ['duration_seconds', 'queue_wait_seconds'],
  );

  constructor(tenant: string) {
    this.#ids = new EventIds(tenant);
  }

  begin(out: ColumnBatch): void {
    this.#rows.begin(out);
    this.#states.clear();
  }

  /** Whether the line tells of a task. */
  takes(values: LineValues): boolean {
    return values.has(STATE_FIELD) && (values.has(TASK_ID) || values.has(TASK_NAME));
  }

  /** Appends the task; false when it has not ended. */
  append(
    values: LineValues,
    time: number,
    offset: number,
    tenant: number,
    { symbols }: ColumnBatch,
  ): boolean {
    const { bytes } = values;
    const state = this.#stateOf(values, symbols);
    if (state === undefined) return false;
    const rows = this.#rows;
    rows.append(time, offset);
    for (let i = 0; i < FIELDS.length; i++) {
      const field = FIELDS[i] ?? 0;
      rows.symbol(i, symbols.internBytes(bytes, values.start(field), values.end(field)));
    }
    rows.symbol(TENANT, tenant);
    rows.symbol(STATE, state.symbol);
    if (values.has(TASK_ID))
      rows.id(this.#ids.intern(symbols, bytes, values.start(TASK_ID), values.end(TASK_ID), state.bytes));
    return true;
  }

  /** Says how long the task appended last took and waited, in seconds; NaN where the line does not tell. */
  took(duration: number, queueWait: number): void {
    this.#rows.number(DURATION, duration);
    this.#rows.number(QUEUE_WAIT, queueWait);
  }

  #stateOf(values: LineValues, symbols: ColumnBatch['symbols']): State | undefined {
    const spelled = symbols.internBytes(values.bytes, values.start(STATE_FIELD), values.end(STATE_FIELD));
    const known = this.#states.get(spelled);
    if (known !== undefined) return known;
    const name = SPELLINGS.get(symbols.text(spelled).toLowerCase());
    if (name === undefined) return undefined;
    const state = { symbol: symbols.intern(name), bytes: bytesOf(name) };
    this.#states.set(spelled, state);
    return state;
  }
}
