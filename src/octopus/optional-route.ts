import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { timeLeft } from '../model/time-left.ts';
import type { RequestPriority } from './request-budget.ts';

/** One 404 may be a task that has gone; that many in a row are a server without the route. */
const MISSES = 3;
const ASK_AGAIN_MS = 3_600_000;

/**
 * A call that servers of some versions do not have: undefined instead of `not_found`, and after three in a row it is not
 * asked for an hour, so that old servers do not cost requests for nothing.
 */
export function createOptionalRoute<T>(
  clock: Clock,
  call: (id: string, signal?: AbortSignal, priority?: RequestPriority) => Promise<T>,
): (id: string, signal?: AbortSignal, priority?: RequestPriority) => Promise<T | undefined> {
  let misses = 0;
  let restUntil = 0;

  return async (id, signal, priority) => {
    if (timeLeft(restUntil, ASK_AGAIN_MS, clock.now()) > 0) return undefined;
    try {
      const answer = await call(id, signal, priority);
      misses = 0;
      return answer;
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'not_found') throw error;
      misses++;
      if (misses >= MISSES) restUntil = clock.now() + ASK_AGAIN_MS;
      return undefined;
    }
  };
}
