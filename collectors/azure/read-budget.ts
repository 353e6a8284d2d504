import { Failure } from '../../src/model/failure.ts';
import type { Clock } from '../../src/model/ports.ts';

/** Azure refills 25 reads a second for a subscription, principal and region: others need most of them. */
const PER_SECOND = 5;
const BURST = 50;

/** The reads that a subscription has left, by our own measure and by Azure's. */
export interface ReadBudget {
  /** Waits for its turn. @throws Failure `rate_limited` while Azure has asked for a pause; the signal's reason */
  take(signal: AbortSignal): Promise<void>;
  /** Azure asked to wait so long, ms. */
  pause(ms: number): void;
}

export function createReadBudget(clock: Clock): ReadBudget {
  let left = BURST;
  let filledAt = clock.now();
  let pausedUntil = Number.NEGATIVE_INFINITY;

  function refill(): void {
    const now = clock.now();
    left = Math.min(BURST, left + (Math.max(0, now - filledAt) / 1000) * PER_SECOND);
    filledAt = now;
  }

  return {
    async take(signal) {
      const wait = pausedUntil - clock.now();
      if (wait > 0)
        throw new Failure('rate_limited', `Azure asked to wait ${Math.ceil(wait / 1000)} s more`, {
          retryAfterMs: wait,
        });
      refill();
      left--;
      if (left < 0) await clock.sleep((-left / PER_SECOND) * 1000, signal);
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
    },
  };
}
