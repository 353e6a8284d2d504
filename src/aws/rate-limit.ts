import type { Clock } from '../model/ports.ts';

/** No queue is longer: a poll's deadline comes first. */
const LONGEST_MS = 60_000;

/** Spaces requests out, so that octowatch leaves AWS's own limits to those who need them. */
export interface RateLimit {
  /** Resolves when the next request may go out; rejects with the signal's reason when that comes first. */
  turn(signal: AbortSignal): Promise<void>;
  /** Nobody's request goes out for so long: the service asked for less. */
  pause(ms: number): void;
}

/** `perSecond` requests a second, `burst` of them at once. Generic cell rate algorithm (ITU-T I.371). */
export function createRateLimit(clock: Clock, perSecond: number, burst: number): RateLimit {
  const gapMs = 1000 / perSecond;
  const toleranceMs = gapMs * (burst - 1);
  let next = 0;
  let pausedUntil = 0;

  async function turn(signal: AbortSignal): Promise<void> {
    do {
      await until(pausedUntil, signal);
      const now = clock.now();
      const due = Math.max(now, Math.min(next, now + LONGEST_MS));
      next = due + gapMs;
      await until(due - toleranceMs, signal);
    } while (pausedUntil > clock.now());
  }

  async function until(time: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = clock.now();
    // nobody waits for a clock that was set back
    pausedUntil = Math.min(pausedUntil, now + LONGEST_MS);
    if (time > now) await clock.sleep(Math.min(time - now, LONGEST_MS), signal);
  }

  return {
    turn,
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
      // no burst after it
      next = Math.max(next, pausedUntil + toleranceMs);
    },
  };
}
