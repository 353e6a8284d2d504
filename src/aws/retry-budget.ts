import type { Clock } from '../model/ports.ts';

const MOST = 10;
const REFILL_MS = 10_000;

/** Retries of one place: ten at once, then one every ten seconds; where nothing works, nothing is sent four times. */
export function createRetryBudget(clock: Clock): () => boolean {
  let left = MOST;
  let filledAt = clock.now();

  return function takeRetry() {
    const now = clock.now();
    left = Math.min(MOST, left + Math.max(0, now - filledAt) / REFILL_MS);
    filledAt = now;
    if (left < 1) return false;
    left--;
    return true;
  };
}
