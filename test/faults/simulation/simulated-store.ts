import { gunzipSync } from 'node:zlib';
import { Failure } from '../../../src/model/failure.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import type { Delivery, DocumentStore } from '../../../src/model/ports.ts';
import type { Dice } from './dice.ts';
import type { DiskFaults } from './disk-faults.ts';
import { never, type Life } from './life.ts';
import type { SimulatedTime } from './simulated-time.ts';
import { marksOf, StreamIndexes, type BulkItem } from './stream-indexes.ts';
import type { Trace } from './trace.ts';

/** What is wrong with the store, or with the way to it. */
export type StoreMood =
  | 'well'
  | 'refused' // nobody listens
  | '503' // nothing is taken
  | 'busy' // 429 with Retry-After
  | 'hang' // no answer, nothing taken
  | 'hang taken' // no answer, and taken all the same
  | 'taken late' // no answer, and taken after the client has given up
  | 'answer lost' // taken, then the connection is reset
  | 'answer cut' // some of it taken, and what comes back is no JSON
  | 'items busy'; // some documents are refused by 429 or 503, the others taken

export const BAD_MOODS = [
  'refused',
  '503',
  'busy',
  'hang',
  'hang taken',
  'taken late',
  'answer lost',
  'answer cut',
  'items busy',
] as const satisfies readonly StoreMood[];

export interface SimulatedStoreOptions {
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly faults: DiskFaults;
  readonly trace: Trace;
  readonly onKill: (cutsPower: boolean) => void;
  /** A larger body (raw bytes) is answered by 413. */
  readonly maxBodyBytes: number;
}

/** Elasticsearch as the sender knows it: takes bulk bodies, mostly. It outlives every process. */
export class SimulatedStore {
  readonly indexes = new StreamIndexes();
  mood: StoreMood = 'well';
  readonly #options: SimulatedStoreOptions;

  constructor(options: SimulatedStoreOptions) {
    this.#options = options;
  }

  /** The store as one process reaches it. */
  viewOf(life: Life): DocumentStore {
    return {
      mark: () => this.indexes.mark(),
      deliver: (body, count, signal, since) =>
        life.alive ? this.#deliver(life, body, count, signal, since) : never(),
    };
  }

  #deliver(
    life: Life,
    body: Uint8Array,
    count: number,
    signal: AbortSignal,
    since: JsonValue | undefined,
  ): Promise<Delivery> {
    const { time, trace, faults } = this.#options;
    const { mood } = this;
    const trouble = faults.meet('deliver', '');
    trace.note(time.now, `deliver ${count} ${mood}${trouble === undefined ? '' : ` !${trouble.kind}`}`);
    const request = { raw: gunzipSync(body), since };
    if (trouble?.kind === 'kill') {
      if (trouble.moment !== 'before') this.#take(request);
      this.#options.onKill(trouble.cutsPower);
      return never();
    }
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#answer(mood, request, life, resolve, reject);
    });
  }

  #answer(
    mood: StoreMood,
    request: Request,
    life: Life,
    resolve: (delivery: Delivery) => void,
    reject: (error: Failure) => void,
  ): void {
    const { time, dice } = this.#options;
    const there = dice.next() * 20;
    const back = there + dice.next() * 20;
    // The request is on its way: it arrives whether its sender lives or not.
    const arrives = (take: () => void): void => void time.after(there, take);
    const answers = (answer: () => void): void => void time.after(back, answer, life);
    const fails = (failure: Failure): void => answers(() => reject(failure));
    switch (mood) {
      case 'refused':
        return fails(new Failure('network', 'connection refused'));
      case '503':
        return fails(new Failure('server_error', 'status 503'));
      case 'busy':
        return fails(new Failure('rate_limited', 'status 429', { retryAfterMs: dice.integer(1, 3) * 1000 }));
      case 'hang':
        return;
      case 'hang taken':
        return arrives(() => this.#take(request));
      case 'taken late':
        return void time.after(dice.integer(1, 40) * 1000, () => this.#takeLate(request));
      case 'answer lost':
        arrives(() => this.#take(request));
        return fails(new Failure('network', 'connection reset'));
      case 'answer cut':
        arrives(() => this.#take(request, dice.next()));
        return fails(new Failure('malformed', 'unexpected end of JSON', { retryable: true }));
      case 'items busy':
      case 'well': {
        let outcome: Delivery | Failure = new Failure('network', 'not arrived');
        arrives(() => {
          outcome = this.#take(request, 1, mood === 'well' ? 0 : dice.next());
        });
        return answers(() => (outcome instanceof Failure ? reject(outcome) : resolve(outcome)));
      }
    }
  }

  /** Takes a request's first documents (a share of them), refusing some for now. */
  #take({ raw, since }: Request, share = 1, refused = 0): Delivery | Failure {
    const { maxBodyBytes, dice } = this.#options;
    if (raw.length > maxBodyBytes) return new Failure('too_large', 'status 413');
    const items = parseBulk(raw);
    const retry: number[] = [];
    const rejected: { index: number; reason: string }[] = [];
    let delivered = 0;
    for (const [index, item] of items.entries()) {
      if (index >= items.length * share) break;
      if (refused > 0 && dice.chance(refused)) retry.push(index);
      else if (isPoison(item)) rejected.push({ index, reason: 'document_parsing_exception: poison' });
      else {
        this.indexes.create(item, marksOf(since));
        delivered++;
      }
    }
    return { delivered, retry, rejected };
  }

  /**
   * A request that took its time. After a rollover it would double what was sent again meanwhile, whatever a client
   * does: not modelled.
   */
  #takeLate({ raw }: Request): void {
    for (const item of parseBulk(raw)) {
      if (!isPoison(item) && !this.indexes.hasAnywhere(item)) this.indexes.create(item);
    }
  }
}

interface Request {
  readonly raw: Buffer;
  readonly since: JsonValue | undefined;
}

/** Lines that say so are refused for good, by any store. */
function isPoison({ document }: BulkItem): boolean {
  return document.includes('poison');
}

/** The pairs of lines of a bulk body. */
export function parseBulk(raw: Buffer): BulkItem[] {
  const lines = raw.toString().split('\n');
  const items: BulkItem[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const action: { create: { _index: string; _id?: string } } = JSON.parse(lines[at] ?? '');
    const document = lines[at + 1] ?? '';
    const { _index: stream, _id: id = seriesId(document) } = action.create;
    items.push({ stream, id, document });
  }
  return items;
}

/** In a time-series stream the time and the dimensions are the id; here there is one tenant and nothing else. */
function seriesId(document: string): string {
  const { '@timestamp': time }: { '@timestamp'?: string } = JSON.parse(document);
  return time ?? '';
}
