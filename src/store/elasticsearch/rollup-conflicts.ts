import type { Dataset } from '../../model/dataset.ts';
import { Failure } from '../../model/failure.ts';
import { membersOf, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Log } from '../../model/ports.ts';
import { ROLLUP_ID, rollupStreamName } from '../../model/rollup.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { itemsFor, itemsOf, type BulkItem } from './bulk-answer.ts';
import type { Connection } from './connection.ts';
import { isRolledUp } from './mapping.ts';
import { gzipLines, linesOf } from './rewrite-body.ts';
import { storedRollupIds } from './stored-rollup-ids.ts';
import { timeSeriesConflicts, type Conflict } from './time-series-conflicts.ts';

/** Each try goes twice as far as the one before: the last is 4 s on. */
const MAX_TRIES = 12;
const NO_PLACE: BulkItem = {
  status: 400,
  error: { reason: 'the window has no free millisecond for this rollup: do many agents serve one tenant?' },
};

export interface RollupConflictsOptions {
  readonly connection: Pick<Connection, 'request'>;
  readonly namespace: string;
  readonly datasets: readonly Dataset[];
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** A rollup document whose place is taken. */
interface Displaced extends Conflict {
  readonly stream: string;
  /** ms since the epoch. */
  readonly time: number;
  readonly document: Partial<JsonObject>;
}

/**
 * Time-series streams make a document's id of its dimensions and time, so that 409 has two meanings: our own document
 * is there already, or that of another agent that serves the same tenant. The `rollup_id` tells: with the same one it
 * is delivered, else it goes to a later ms of its window. The way on is always the same, so that a replay finds what
 * was moved before.
 */
export class RollupConflicts {
  readonly #options: RollupConflictsOptions;
  readonly #windows: ReadonlyMap<string, number>;
  #warned = false;

  constructor(options: RollupConflictsOptions) {
    this.#options = options;
    const streams = options.datasets
      .filter(isRolledUp)
      .map(({ name, rollup }) => [rollupStreamName(name, options.namespace), rollup.windowMs] as const);
    this.#windows = new Map(streams);
  }

  /**
   * The bulk answer to `body`, its conflicts settled: 409 stays with what is there already, 201 stands for what was
   * moved, any other status is the server's last word.
   * @throws Failure when a request failed that may succeed later, or `aborted`
   */
  async settle(answer: unknown, body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    const items = [...itemsOf(answer)];
    const conflicts = timeSeriesConflicts(items);
    const lines = conflicts.length === 0 ? [] : linesOf(body);
    let displaced: readonly Displaced[] = conflicts.flatMap((conflict) => displacedOf(conflict, lines));
    if (displaced.length === 0) return answer;
    for (let attempt = 0; displaced.length > 0 && attempt < MAX_TRIES; attempt++) {
      const foreign = await this.#foreign(displaced, signal);
      displaced = await this.#move(foreign, 2 ** attempt, items, signal);
    }
    for (const { index } of displaced) items[index] = NO_PLACE;
    this.#count('no_place', displaced.length);
    return { items: items.map((create) => ({ create })) };
  }

  /** Those whose place has a document that is not their own. */
  async #foreign(displaced: readonly Displaced[], signal: AbortSignal): Promise<readonly Displaced[]> {
    try {
      const ids = await storedRollupIds(this.#options.connection, displaced, signal);
      const foreign = displaced.filter(({ document }, i) => ids[i] !== document[ROLLUP_ID]);
      this.#count('same', displaced.length - foreign.length);
      return foreign;
    } catch (error) {
      if (!(error instanceof Failure) || error.reason === 'aborted' || error.retryable) throw error;
      this.#takeAsDelivered(displaced.length, error);
      return [];
    }
  }

  /** Sends documents again `step` ms later; notes the outcome in `items`, returns what met another document there. */
  async #move(
    foreign: readonly Displaced[],
    step: number,
    items: BulkItem[],
    signal: AbortSignal,
  ): Promise<readonly Displaced[]> {
    if (foreign.length === 0) return [];
    const moved = foreign.map((one) => this.#later(one, step));
    const answers = itemsFor(await this.#send(moved, signal), moved.length);
    const conflicts = new Map(timeSeriesConflicts(answers).map((conflict) => [conflict.index, conflict]));
    for (const [at, item] of answers.entries()) {
      const one = moved[at];
      if (one !== undefined && !conflicts.has(at)) items[one.index] = item;
    }
    this.#count('moved', moved.length - conflicts.size);
    return moved.flatMap((one, at) => {
      const conflict = conflicts.get(at);
      return conflict === undefined ? [] : [{ ...one, ...conflict, index: one.index }];
    });
  }

  #send(documents: readonly Displaced[], signal: AbortSignal): Promise<unknown> {
    const lines = documents.flatMap(({ stream, document }) => [
      JSON.stringify({ create: { _index: stream } }),
      JSON.stringify(document),
    ]);
    const query = { filter_path: 'items.*.status,items.*.error' };
    const gzippedLines = gzipLines(lines);
    return this.#options.connection.request({ method: 'POST', path: '/_bulk', query, gzippedLines, signal });
  }

  #later(one: Displaced, step: number): Displaced {
    const windowMs = this.#windows.get(one.stream) ?? Number.MAX_SAFE_INTEGER;
    const start = one.time - (one.time % windowMs);
    const time = start + ((one.time - start + step) % windowMs);
    return { ...one, time, document: { ...one.document, '@timestamp': new Date(time).toISOString() } };
  }

  /** Where the credential may not read: nearly every conflict is a replay of our own. */
  #takeAsDelivered(documents: number, error: Failure): void {
    this.#count('unknown', documents);
    if (this.#warned) return;
    this.#warned = true;
    const { reason, message } = error;
    const advice = 'let the key read metrics-octopus.*, or serve each tenant by one agent';
    this.#options.log.warn(
      { reason, error: message, advice },
      'rollups cannot be compared: taken as delivered',
    );
  }

  #count(outcome: string, documents: number): void {
    if (documents === 0) return;
    this.#options.metrics.increment('octowatch_rollup_conflicts_total', { outcome }, documents);
  }
}

/** None for what is no rollup: a gauge has one value at a time, whoever saw it. */
function displacedOf(conflict: Conflict, lines: readonly string[]): Displaced[] {
  const action: JsonValue = JSON.parse(lines[conflict.index * 2] ?? '{}');
  const document = membersOf(JSON.parse(lines[conflict.index * 2 + 1] ?? '{}'));
  const stream = membersOf(membersOf(action)['create'])['_index'];
  const time = document['@timestamp'];
  if (typeof document[ROLLUP_ID] !== 'string') return [];
  if (typeof stream !== 'string' || typeof time !== 'string') return [];
  return [{ ...conflict, stream, time: Date.parse(time), document }];
}
