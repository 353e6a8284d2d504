import type { Config } from '../config/schema.ts';

/** At what interval events are polled when the configuration sets none, ms. */
const POLL_MS = 60_000;

/** How old an event may be for rules to count it, ms: twice the interval at which events are polled. */
export function latenessOf({ collectors }: Config): number {
  return 2 * Math.max(POLL_MS, collectors['octopus-api'].interval ?? 0);
}
