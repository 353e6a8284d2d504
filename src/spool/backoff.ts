import type { Failure } from '../model/failure.ts';
import type { Random } from '../model/ports.ts';

const BASE_MS = 500;
const CAP_MS = 30_000;

/**
 * ms to wait before the next attempt: exponential with jitter, or what the store asked for, at most 30 s. What trying
 * again cannot mend is tried every 30 s, as a person may mend it.
 * @param attempt failures before this one
 */
export function backoffMs(failure: Failure, attempt: number, random: Random): number {
  const grown = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 10));
  const own = failure.retryable ? grown * (0.5 + random() / 2) : CAP_MS;
  return Math.round(Math.max(own, Math.min(CAP_MS, failure.retryAfterMs ?? 0)));
}
