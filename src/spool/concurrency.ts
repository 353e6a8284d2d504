import type { Clock } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { WakeUps } from './wake-ups.ts';

const MAX_CONCURRENCY = 8;
/** Below this many bytes a request's time says nothing of its size. */
const UNIT_BYTES = 256 * 1024;
/** An answer within this many ms is good, whatever the best was. */
const GOOD_MS = 100;
/** A request may take this many times the best before more of them are no gain. */
const GOOD_RATIO = 2;
/** How much the best is forgotten with each answer, so that a server that became slower for good is known again. */
const FORGET = 1.02;

/** The right to have one request under way. */
export interface Permit {
  readonly startedAt: number;
  /** Requests of one round fail together: only the first failure counts. */
  readonly round: number;
  /** Whether this request used the last free place: only then is a higher limit of use. */
  readonly isLast: boolean;
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
 * How many requests may be under way, found out as TCP does: one more for each round that was answered in good time,
 * half as many when the server was overloaded. Begins with 1, ends at 8.
 */
export class Concurrency {
  readonly #clock: Clock;
  readonly #metrics: SelfMetrics;
  readonly #freed = new WakeUps();
  #limit = 1;
  #inFlight = 0;
  #waiting = 0;
  #round = 0;
  /** ms per unit of the best answers. */
  #best = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, metrics: SelfMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.#report();
  }

  get limit(): number {
    return Math.floor(this.#limit);
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
    return { startedAt: this.#clock.now(), round: this.#round, isLast: this.#inFlight >= this.limit };
  }

  /** Gives a permit back. Returns whether this was the first failure of its round. */
  release(permit: Permit, end: RequestEnd): boolean {
    this.#inFlight--;
    const ms = this.#clock.now() - permit.startedAt;
    this.#metrics.observe('octowatch_sender_request_seconds', ms / 1000);
    const hasFailed = end.kind === 'overloaded' || end.kind === 'failed';
    const isFirst = hasFailed && permit.round === this.#round;
    if (end.kind === 'answered') this.#grow(permit, ms, end.bytes);
    if (isFirst) this.#endRound(end.kind === 'overloaded');
    this.#freed.wake();
    return isFirst;
  }

  #grow({ isLast }: Permit, ms: number, bytes: number): void {
    const perUnit = (ms / Math.max(bytes, UNIT_BYTES)) * UNIT_BYTES;
    const isGood = ms <= GOOD_MS || perUnit <= this.#best * GOOD_RATIO;
    this.#best = Math.min(perUnit, this.#best * FORGET);
    if (!isLast || !isGood) return;
    this.#limit = Math.min(MAX_CONCURRENCY, this.#limit + 1 / this.limit);
    this.#report();
  }

  #endRound(isOverloaded: boolean): void {
    this.#round++;
    if (!isOverloaded) return;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#report();
  }

  #report(): void {
    this.#metrics.set('octowatch_sender_concurrency', this.limit);
  }
}
