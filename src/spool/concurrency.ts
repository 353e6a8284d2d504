import type { Clock } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { WakeUps } from './wake-ups.ts';

const MAX_CONCURRENCY = 8;
/** Below this many bytes a request's time says nothing of its size. */
const UNIT_BYTES = 256 * 1024;
/** One request more must bring so much more throughput, or it is given up again. */
const WORTH_IT = 1.1;
/** What a new measurement counts for, against those before. */
const NEW_WEIGHT = 0.3;

/** The right to have one request under way. */
export interface Permit {
  readonly startedAt: number;
  /** Requests of one round fail together: only the first failure counts. */
  readonly round: number;
  /** The limit, when this request used the last free place under it: only then is another limit of use. */
  readonly filled: number | undefined;
}

/** What the end of a request tells about the server. */
export type RequestEnd =
  /** It took documents. Bytes of the body before compression. */
  | { readonly kind: 'answered'; readonly bytes: number }
  /** It has too much to do, or did not answer. */
  | { readonly kind: 'overloaded' }
  /** It takes nothing from us, for another reason. */
  | { readonly kind: 'failed' }
  /** It did not like this body. */
  | { readonly kind: 'refused' };

/**
 * How many requests may be under way. Begins with 1 and is found out by climbing: one more while there is more to send
 * and the last one more paid in throughput, one less when it did not; half as many when the server is overloaded.
 */
export class Concurrency {
  readonly #clock: Clock;
  readonly #metrics: SelfMetrics;
  readonly #freed = new WakeUps();
  #limit = 1;
  #inFlight = 0;
  #waiting = 0;
  #round = 0;
  /** Answers measured since the limit changed. */
  #measured = 0;
  /** Bytes per ms with so many requests under way. */
  readonly #throughput: number[] = [];

  constructor(clock: Clock, metrics: SelfMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.#setLimit(1);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Resolves when a request could begin at once, or when the signal is aborted. */
  async free(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#inFlight + this.#waiting >= this.limit) await this.#freed.wait(signal);
  }

  /** Resolves when a request may begin: `ready` first, then a free place. @throws the signal's reason */
  async acquire(signal: AbortSignal, ready: () => Promise<void> | undefined): Promise<Permit> {
    this.#waiting++;
    try {
      for (;;) {
        signal.throwIfAborted();
        const notReady = ready();
        if (notReady !== undefined) await notReady;
        else if (this.#inFlight >= this.limit) await this.#freed.wait(signal);
        else break;
      }
    } finally {
      this.#waiting--;
    }
    this.#inFlight++;
    return {
      startedAt: this.#clock.now(),
      round: this.#round,
      filled: this.#inFlight === this.#limit ? this.#limit : undefined,
    };
  }

  /** Gives a permit back. Returns whether this was the first failure of its round. */
  release(permit: Permit, end: RequestEnd): boolean {
    this.#inFlight--;
    const ms = this.#clock.now() - permit.startedAt;
    this.#metrics.observe('octowatch_sender_request_seconds', ms / 1000);
    const hasFailed = end.kind === 'overloaded' || end.kind === 'failed';
    const isFirst = hasFailed && permit.round === this.#round;
    if (end.kind === 'answered' && permit.filled === this.#limit) this.#measure(ms, end.bytes);
    if (isFirst) this.#endRound(end.kind === 'overloaded');
    this.#freed.wake();
    return isFirst;
  }

  #measure(ms: number, bytes: number): void {
    const limit = this.#limit;
    const now = (limit * Math.max(bytes, UNIT_BYTES)) / Math.max(ms, 1);
    const before = this.#throughput[limit] ?? now;
    this.#throughput[limit] = before + (now - before) * NEW_WEIGHT;
    this.#measured++;
    if (this.#measured < limit) return;
    const isWorthIt = (this.#throughput[limit] ?? 0) >= WORTH_IT * (this.#throughput[limit - 1] ?? 0);
    this.#setLimit(Math.min(MAX_CONCURRENCY, isWorthIt ? limit + 1 : limit - 1));
  }

  #endRound(isOverloaded: boolean): void {
    this.#round++;
    if (!isOverloaded) return;
    this.#setLimit(Math.floor(this.#limit / 2));
  }

  #setLimit(limit: number): void {
    this.#limit = Math.max(1, limit);
    this.#measured = 0;
    this.#metrics.set('octowatch_sender_concurrency', this.#limit);
  }
}
