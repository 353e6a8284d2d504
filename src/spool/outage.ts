import type { Failure } from '../model/failure.ts';
import type { Clock, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { backoffMs } from './backoff.ts';

export interface OutageOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly signal: AbortSignal;
}

/** Whole requests that failed one after the other, whichever parcels they carried: all deliveries pause for them. */
export class Outage {
  readonly #options: OutageOptions;
  #failures = 0;
  #until = 0;
  #pauseMs = 0;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Resolves when deliveries go on; undefined when that is now. */
  readonly pause = (): Promise<void> | undefined => {
    const { clock, signal } = this.#options;
    const ms = this.#until - clock.now();
    // A rest that is longer than the pause was: the clock was set back.
    return ms > 0 && ms <= this.#pauseMs ? clock.sleep(ms, signal) : undefined;
  };

  /** A request failed: nothing is sent for a while. */
  begin(failure: Failure): void {
    const { clock, random, log } = this.#options;
    const attempt = this.#failures++;
    const ms = backoffMs(failure, attempt, random);
    const fields = { reason: failure.reason, error: failure.message, retryInMs: ms };
    if (!failure.retryable) log.warn(fields, 'store refuses delivery: check its address and credentials');
    else if (attempt === 0) log.warn(fields, 'delivery failed: trying again');
    else log.debug(fields, 'delivery failed again');
    this.#until = clock.now() + ms;
    this.#pauseMs = ms;
  }

  /** The store took something. */
  end(): void {
    if (this.#failures > 0) this.#options.log.info({ failures: this.#failures }, 'delivery works again');
    this.#failures = 0;
  }
}
