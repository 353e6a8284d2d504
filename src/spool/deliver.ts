import { Failure, messageOf, toFailure, type FailureReason } from '../model/failure.ts';
import type { Clock, Delivery, DocumentStore, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withDeadline } from '../model/with-deadline.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Parcel } from './parcel.ts';

const BASE_MS = 500;
const CAP_MS = 30_000;
const DEADLINE_MS = 30_000;
/** How often a lone document may fail the whole request before it is taken to be the cause. */
const SUSPECT_ATTEMPTS = 5;
/** What a smaller body may cure. */
const DIVISIBLE: ReadonlySet<FailureReason> = new Set(['too_large', 'rejected']);

export interface DeliverOptions {
  readonly store: DocumentStore;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly signal: AbortSignal;
  /** ms one delivery may take. Default 30 s. */
  readonly deadlineMs?: number;
}

/** What became of the documents of a parcel; the sum is their number. */
export interface Outcome {
  readonly delivered: number;
  readonly deadLettered: number;
}

/** Delivers parcels for as long as it takes: each document ends in the store or in the dead letters. */
export class Deliverer {
  readonly #options: DeliverOptions;
  #failures = 0;
  /** Documents the store has taken; shows that it is not the store that refuses all. */
  #accepted = 0;

  constructor(options: DeliverOptions) {
    this.#options = options;
  }

  /** @throws Failure `aborted` at shutdown: what was delivered before is delivered again, harmlessly */
  async deliver(parcel: Parcel): Promise<Outcome> {
    const outcome = { delivered: 0, deadLettered: 0 };
    const acceptedBefore = this.#accepted;
    const work = [parcel];
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const rest = await this.#attempt(next, outcome, () => this.#accepted > acceptedBefore);
      work.push(...rest.toReversed());
    }
    return outcome;
  }

  /** Sends a parcel once; returns what is to be sent after a pause, in order. */
  async #attempt(
    parcel: Parcel,
    outcome: { delivered: number; deadLettered: number },
    storeTakesOthers: () => boolean,
  ): Promise<Parcel[]> {
    const { store, clock, signal, deadlineMs = DEADLINE_MS } = this.#options;
    try {
      const result = await withDeadline(clock, deadlineMs, signal, (deadline) =>
        store.deliver(parcel.body, parcel.count, deadline),
      );
      return await this.#sort(parcel, result, outcome);
    } catch (error) {
      const failure = toFailure(error);
      if (signal.aborted) throw new Failure('aborted', 'delivery stopped', { cause: error });
      if (DIVISIBLE.has(failure.reason) && parcel.count > 1) return this.#divide(parcel, failure);
      if (this.#isPoison(failure, storeTakesOthers())) {
        await this.#bury(parcel, [{ index: 0, reason: failure.message }]);
        outcome.deadLettered++;
        this.#failures = 0;
        return [];
      }
      await this.#pause(failure);
      return [parcel];
    }
  }

  async #sort(
    parcel: Parcel,
    { delivered, rejected, retry }: Delivery,
    outcome: { delivered: number; deadLettered: number },
  ): Promise<Parcel[]> {
    if (rejected.length > 0) await this.#bury(parcel, rejected);
    outcome.delivered += delivered;
    outcome.deadLettered += rejected.length;
    this.#accepted += delivered;
    this.#count('delivered', delivered);
    if (retry.length === 0) {
      this.#recovered();
      return [];
    }
    this.#count('retried', retry.length);
    const rest = retry.length === parcel.count ? parcel : parcel.pick(retry);
    if (delivered > 0) this.#failures = 0;
    await this.#pause(new Failure('rate_limited', `the store refused ${retry.length} documents for now`));
    return [rest];
  }

  #divide(parcel: Parcel, { reason }: Failure): Parcel[] {
    this.#options.metrics.increment('octowatch_store_failures_total', { reason });
    return parcel.halves();
  }

  /** Whether it is the document, and not the store or its address, that makes the request fail. */
  #isPoison({ reason }: Failure, storeTakesOthers: boolean): boolean {
    if (reason === 'too_large') return true;
    return reason === 'rejected' && (storeTakesOthers || this.#failures >= SUSPECT_ATTEMPTS);
  }

  /** Writes dead letters, waiting for as long as the disk refuses them: nothing is dropped. */
  async #bury(parcel: Parcel, rejected: Delivery['rejected']): Promise<void> {
    const { deadLetters, log } = this.#options;
    const letters = rejected.map(({ index, reason }) => parcel.letter(index, reason));
    for (;;) {
      try {
        await deadLetters.write(letters);
        break;
      } catch (error) {
        log.error({ error: messageOf(error) }, 'dead letters cannot be written: delivery waits');
        await this.#pause(toFailure(error, 'disk'));
      }
    }
    this.#count('dead_lettered', letters.length);
    const first = letters[0];
    log.warn({ documents: letters.length, reason: first?.reason }, 'store refused documents for good');
  }

  /** Waits before the next attempt: exponential with jitter, or what the store asked for, at most 30 s. */
  async #pause(failure: Failure): Promise<void> {
    const { clock, random, signal, log, metrics } = this.#options;
    const attempt = this.#failures++;
    metrics.increment('octowatch_store_failures_total', { reason: failure.reason });
    const grown = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 10));
    const own = failure.retryable ? grown * (0.5 + random() / 2) : CAP_MS;
    const ms = Math.round(Math.max(own, Math.min(CAP_MS, failure.retryAfterMs ?? 0)));
    const fields = { reason: failure.reason, error: failure.message, retryInMs: ms };
    if (!failure.retryable) log.warn(fields, 'store refuses delivery: check its address and credentials');
    else if (attempt === 0) log.warn(fields, 'delivery failed: trying again');
    else log.debug(fields, 'delivery failed again');
    await clock.sleep(ms, signal).catch(() => undefined);
    if (signal.aborted) throw new Failure('aborted', 'delivery stopped');
  }

  #recovered(): void {
    if (this.#failures > 0) this.#options.log.info({ failures: this.#failures }, 'delivery works again');
    this.#failures = 0;
  }

  #count(outcome: string, documents: number): void {
    if (documents > 0)
      this.#options.metrics.increment('octowatch_store_documents_total', { outcome }, documents);
  }
}
