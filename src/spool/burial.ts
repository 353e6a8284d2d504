import { messageOf, toFailure } from '../model/failure.ts';
import type { Clock, Delivery, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { backoffMs } from './backoff.ts';
import type { DeadLetter, DeadLetters } from './dead-letters.ts';
import type { Parcel } from './parcel.ts';

export interface BurialOptions {
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly signal: AbortSignal;
}

/** Writes what the store refused for good to the dead letters, one parcel after the other. */
export class Burial {
  readonly #options: BurialOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(options: BurialOptions) {
    this.#options = options;
  }

  /** Waits for as long as the disk refuses: nothing is dropped. @throws the signal's reason */
  async bury(parcel: Parcel, rejected: Delivery['rejected']): Promise<void> {
    const { log, metrics } = this.#options;
    const letters = parcel.letters(rejected);
    const written = this.#last.catch(() => undefined).then(() => this.#write(letters));
    this.#last = written;
    await written;
    metrics.increment('octowatch_store_documents_total', { outcome: 'dead_lettered' }, letters.length);
    const fields = { documents: letters.length, reason: letters[0]?.reason };
    log.warn(fields, 'store refused documents for good: see them with `octowatch spool dead`');
  }

  async #write(letters: readonly DeadLetter[]): Promise<void> {
    const { deadLetters, clock, random, log, metrics, signal } = this.#options;
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await deadLetters.write(letters);
      } catch (error) {
        metrics.increment('octowatch_store_failures_total', { reason: 'disk' });
        log.error({ error: messageOf(error) }, 'dead letters cannot be written: delivery waits');
        await clock.sleep(backoffMs(toFailure(error, 'disk'), attempt, random), signal);
      }
    }
  }
}
