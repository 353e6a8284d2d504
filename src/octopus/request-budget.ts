import type { Clock } from '../model/ports.ts';

export interface RequestBudget {
  /** Takes one request; false when none is left. An urgent one is always granted and is paid for by later ones. */
  take(urgent: boolean): boolean;
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

  function take(urgent: boolean): boolean {
    fill();
    if (tokens < 1 && !urgent) return false;
    tokens = Math.max(-burst, tokens - 1);
    return true;
  }

  return { take };
}
