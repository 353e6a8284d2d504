import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';

const MINUTE_MS = 60_000;

/** How often something may be done, by name: at most so many times in any minute. */
export interface Paces {
  /** Takes a turn. @throws Failure `budget`, retryable, with the time until there is one again */
  take(name: string, perMinute: number): void;
}

/** Remembers the turns of the last minute, so that there is no minute with more, wherever it begins. */
export function createPaces(clock: Pick<Clock, 'now'>): Paces {
  const taken = new Map<string, number[]>();
  return {
    take(name, perMinute) {
      const time = clock.now();
      // A clock that was set back must not stop everything until it is there again.
      const recent = (taken.get(name) ?? []).filter((at) => at <= time && time - at < MINUTE_MS);
      taken.set(name, recent);
      const [oldest = time] = recent;
      if (recent.length < perMinute) return void recent.push(time);
      throw new Failure('budget', `${perMinute} a minute are sent at most, this one waits for its turn`, {
        retryable: true,
        retryAfterMs: oldest + MINUTE_MS - time,
      });
    },
  };
}
