import { bytesOf, startsWith } from '../../src/collect/lines/bytes.ts';
import { messageText } from '../../src/collect/lines/message-text.ts';
import { RowWriter } from '../../src/collect/lines/row-writer.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { taskDataset, type FinishedState } from '../../src/octopus/task-dataset.ts';

const PREFIX = bytesOf('Executing task "');
const FINISHED = /^Executing task "(.*)" "?(completed|abandoned)"? (?:after|in) (\d+(?:\.\d+)?)\s?ms\.?$/;
const MAX_LINE = 4096;
const decoder = new TextDecoder();

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^Deploy\s/, 'Deploy'],
  [/^Check .*\bhealth\b/i, 'Health'],
  [/^Apply retention/i, 'Retention'],
  [/^Process recurring scheduled triggers/i, 'RecurringScheduledDeployments'],
];

/** A task that a log line says has ended. */
export interface FinishedTask {
  readonly description: string;
  readonly state: FinishedState;
  readonly seconds: number;
}

/** Whether the message at `at` may be one of a task; cheap. */
export function isTask(bytes: Uint8Array, at: number, end: number): boolean {
  return startsWith(bytes, at, end, PREFIX);
}

/** Reads `Executing task "…" "abandoned" after 290ms.`; undefined for a task that only starts. */
export function readTask(bytes: Uint8Array, at: number, end: number): FinishedTask | undefined {
  if (end - at > MAX_LINE) return undefined;
  const match = FINISHED.exec(decoder.decode(bytes.subarray(at, end)).trimEnd());
  if (match === null) return undefined;
  const from = at + PREFIX.length;
  const description = messageText(bytes, from, from + Buffer.byteLength(match[1] ?? ''));
  return {
    description,
    state: match[2] === 'completed' ? 'Success' : 'Failed',
    seconds: Number(match[3]) / 1000,
  };
}

/** The task's type where its description leaves no doubt, else `other`. The log names no type. */
export function taskNameOf(description: string): string {
  return NAMES.find(([pattern]) => pattern.test(description))?.[1] ?? 'other';
}

/** Writes rows of `task`. */
export class TaskRows {
  readonly #rows = new RowWriter(
    taskDataset,
    ['tenant', 'name', 'state', 'description'],
    ['duration_seconds'],
  );

  begin(out: ColumnBatch): void {
    this.#rows.begin(out);
  }

  /** @param tenant a symbol of the batch */
  append(task: FinishedTask, time: number, offset: number, tenant: number, { symbols }: ColumnBatch): void {
    const rows = this.#rows;
    rows.append(time, offset);
    rows.symbol(0, tenant);
    rows.symbol(1, symbols.intern(taskNameOf(task.description)));
    rows.symbol(2, symbols.intern(task.state));
    rows.symbol(3, symbols.intern(task.description));
    rows.number(0, task.seconds);
  }
}
