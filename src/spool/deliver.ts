import { Failure, toFailure, type FailureReason } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Delivery, DocumentStore } from '../model/ports.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { backoffMs } from './backoff.ts';
import { Burial, type BurialOptions } from './burial.ts';
import type { Concurrency, Permit } from './concurrency.ts';
import { Outage } from './outage.ts';
import type { Parcel } from './parcel.ts';

const DEADLINE_MS = 30_000;
/** How often a lone document may fail the whole request before it is taken to be the cause. */
const SUSPECT_ATTEMPTS = 5;
/** What a smaller body may cure. */
const DIVISIBLE: ReadonlySet<FailureReason> = new Set(['too_large', 'rejected']);
/** What fewer requests may cure. */
const OVERLOADED: ReadonlySet<FailureReason> = new Set([
  'rate_limited',
  'server_error',
  'timeout',
  'network',
]);
/** The store may have taken what it did not confirm. A gateway's 502 and 504 are server errors too. */
const OUTCOME_UNKNOWN: ReadonlySet<FailureReason> = new Set([
  'timeout',
  'network',
  'server_error',
  'malformed',
]);

export interface DeliverOptions extends BurialOptions {
  readonly store: DocumentStore;
  /** ms one attempt may take. Default 30 s. */
  readonly deadlineMs?: number;
}

/** What is still to be sent of a parcel; `refused` when it is to be sent after a pause of its own. */
interface Rest {
  readonly parcels: readonly Parcel[];
  readonly refused?: Failure;
}

const NOTHING: Rest = { parcels: [] };

/** Delivers parcels for as long as it takes: each document ends in the store or in the dead letters. */
export class Deliverer {
  readonly #options: DeliverOptions;
  readonly #concurrency: Concurrency;
  readonly #outage: Outage;
  readonly #burial: Burial;
  /** Documents the store has taken; shows that it is not the store that refuses all. */
  #accepted = 0;

  constructor(options: DeliverOptions, concurrency: Concurrency) {
    this.#options = options;
    this.#concurrency = concurrency;
    this.#outage = new Outage(options);
    this.#burial = new Burial(options);
  }

  /**
   * Resolves when all documents are settled in the tallies of their frames.
   * @throws what it was stopped with: what was delivered before is delivered again, harmlessly
   */
  async deliver(parcel: Parcel): Promise<void> {
    const { clock, random, signal } = this.#options;
    const acceptedBefore = this.#accepted;
    const work = [parcel];
    let refusals = 0;
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const { parcels, refused } = await this.#attempt(next, () => this.#accepted > acceptedBefore);
      work.push(...parcels.toReversed());
      if (refused !== undefined) await clock.sleep(backoffMs(refused, refusals++, random), signal);
    }
  }

  /** Sends a parcel once. */
  async #attempt(parcel: Parcel, storeTakesOthers: () => boolean): Promise<Rest> {
    const { store, clock, signal, deadlineMs = DEADLINE_MS } = this.#options;
    const permit = await this.#concurrency.acquire(signal, this.#outage.pause);
    const mark = parcel.since ?? store.mark?.();
    let result: Delivery;
    try {
      result = await withDeadline(clock, deadlineMs, signal, (deadline) =>
        store.deliver(parcel.body, parcel.count, deadline, parcel.since),
      );
    } catch (error) {
      signal.throwIfAborted();
      const failure = toFailure(error);
      this.#options.metrics.increment('octowatch_store_failures_total', { reason: failure.reason });
      const isPoison = parcel.count === 1 && this.#isPoison(failure, storeTakesOthers());
      if (isPoison) return this.#reject(parcel, permit, failure);
      return this.#failed(parcel, permit, failure, mark);
    }
    return this.#answered(parcel, permit, result);
  }

  async #answered(parcel: Parcel, permit: Permit, { rejected, retry }: Delivery): Promise<Rest> {
    const isFirst = this.#concurrency.release(
      permit,
      retry.length > 0 ? { kind: 'overloaded' } : { kind: 'answered', bytes: parcel.rawLength },
    );
    if (rejected.length > 0) await this.#burial.bury(parcel, rejected);
    parcel.settle({ rejected, retry });
    const delivered = parcel.count - rejected.length - retry.length;
    this.#accepted += delivered;
    this.#count('delivered', delivered);
    if (delivered > 0 || retry.length === 0) this.#outage.end();
    return retry.length === 0 ? NOTHING : this.#again(parcel, retry, isFirst);
  }

  /** What the store refused for now is sent again alone, while others go on. */
  #again(parcel: Parcel, retry: readonly number[], isFirst: boolean): Rest {
    const { log, metrics } = this.#options;
    this.#count('retried', retry.length);
    metrics.increment('octowatch_store_failures_total', { reason: 'rate_limited' });
    if (isFirst) log.warn({ documents: retry.length }, 'store refused documents for now: trying again');
    const refused = new Failure('rate_limited', 'the store refused documents for now');
    return { parcels: [parcel.pick(retry)], refused };
  }

  #failed(parcel: Parcel, permit: Permit, failure: Failure, mark: JsonValue | undefined): Rest {
    const { reason } = failure;
    if (DIVISIBLE.has(reason) && parcel.count > 1) {
      this.#concurrency.release(permit, { kind: 'refused' });
      return { parcels: parcel.halves() };
    }
    const kind = OVERLOADED.has(reason) ? 'overloaded' : 'failed';
    if (this.#concurrency.release(permit, { kind })) this.#outage.begin(failure);
    return { parcels: [OUTCOME_UNKNOWN.has(reason) ? parcel.sentAt(mark) : parcel] };
  }

  /** Whether it is the document, and not the store or its address, that makes the request fail. */
  #isPoison({ reason }: Failure, storeTakesOthers: boolean): boolean {
    if (reason === 'too_large') return true;
    return reason === 'rejected' && (storeTakesOthers || this.#outage.failures >= SUSPECT_ATTEMPTS);
  }

  async #reject(parcel: Parcel, permit: Permit, { message }: Failure): Promise<Rest> {
    this.#concurrency.release(permit, { kind: 'refused' });
    const rejected = [{ index: 0, reason: message }];
    await this.#burial.bury(parcel, rejected);
    parcel.settle({ rejected, retry: [] });
    this.#outage.end();
    return NOTHING;
  }

  #count(outcome: string, documents: number): void {
    if (documents > 0)
      this.#options.metrics.increment('octowatch_store_documents_total', { outcome }, documents);
  }
}
