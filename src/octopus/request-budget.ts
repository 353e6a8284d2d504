import type { Clock } from '../model/ports.ts';

/**
 * `urgent` is always granted and paid for by later ones; `spare` is granted while more than half of the burst is left,
 * so that what is nice to know never takes the place of what must be known.
 */
export type RequestPriority = 'urgent' | 'normal' | 'spare';

export interface RequestBudget {
  /** Takes one request; false when none is left for its priority. */
  take(priority: RequestPriority): boolean;
}

/** A token bucket of `perMinute` requests a minute, with a burst of half a minute's worth. */
export function createRequestBudget(perMinute: number, clock: Clock): RequestBudget {
  const burst = Math.max(1, perMinute / 2);
  let tokens = burst;
  let filledAt = clock.now();

  function fill(): void {
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 60_000) * perMinute);
    filledAt = now;
  }

  function take(priority: RequestPriority): boolean {
    fill();
    if (tokens < leastFor(priority, burst)) return false;
    tokens = Math.max(-burst, tokens - 1);
    return true;
  }

  return { take };
}

function leastFor(priority: RequestPriority, burst: number): number {
  if (priority === 'urgent') return Number.NEGATIVE_INFINITY;
  return priority === 'normal' ? 1 : burst / 2 + 1;
}
