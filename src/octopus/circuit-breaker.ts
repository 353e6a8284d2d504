import type { Clock, Random } from '../model/ports.ts';
import { timeLeft } from '../model/time-left.ts';

/** Requests in a row without an answer after which nothing more is asked for a while. */
const UNANSWERED = 2;
/** How long that is, ms; up to half as much again, so that a fleet that comes back is not asked all at once. */
const REST_MS = 30_000;
const MAX_REST_MS = 1.5 * REST_MS;

/** Lets an instance that does not answer be, but for one request now and then. */
export interface CircuitBreaker {
  /** ms until it may be asked again; 0 when it may be asked now. */
  restMs(): number;
  answered(): void;
  unanswered(): void;
}

/** What hangs costs a connection, a place and a handshake each time; a fifth of a large fleet may hang at once. */
export function createCircuitBreaker(clock: Clock, random: Random): CircuitBreaker {
  let failures = 0;
  let openUntil = 0;

  function unanswered(): void {
    failures++;
    if (failures >= UNANSWERED) openUntil = clock.now() + REST_MS + random() * (MAX_REST_MS - REST_MS);
  }

  return {
    restMs: () => timeLeft(openUntil, MAX_REST_MS, clock.now()),
    answered() {
      failures = 0;
      openUntil = 0;
    },
    unanswered,
  };
}
