import type { Clock } from '../model/ports.ts';
import { createTurns } from './turns.ts';

/** How long a nap may be: nothing is due for longer than this only in an idle agent. */
const NAP_MS = 60_000;
/** A nap that is off by so much, ms, is no busy process any more: the clock was set, or the machine slept. */
const JUMP_MS = 5000;

/** Many things to do at their times, with one sleeper of the clock for all of them. */
export interface Alarms {
  /**
   * Calls `ring` once it is `at` (ms since the epoch), in the order of times; it must not throw. It is told for when it was
   * set, which moves with the clock.
   */
  set(at: number, ring: (at: number) => void): void;
  /** Rings until it is over; look at it again with `look`. */
  run(isOver: () => boolean): Promise<void>;
  look(): void;
}

export function createAlarms(clock: Clock): Alarms {
  const alarms = createTurns<{ at: number; readonly ring: (at: number) => void }>();
  let nap = new AbortController();
  /** Undefined while it is awake. */
  let napUntil: number | undefined;
  let lastSeen = clock.now();

  function set(at: number, ring: (at: number) => void): void {
    // First, as `at` is of the clock as it is now.
    followClock();
    alarms.add({ at, ring });
    if (napUntil !== undefined && at < napUntil) nap.abort();
  }

  async function run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      ringDue();
      if (!isOver()) await sleep();
    }
  }

  function ringDue(): void {
    const now = followClock();
    for (let due = alarms.takeDue(now); due !== undefined; due = alarms.takeDue(now)) due.ring(due.at);
  }

  async function sleep(): Promise<void> {
    const now = followClock();
    nap = new AbortController();
    const until = Math.max(now, Math.min(alarms.next()?.at ?? Number.POSITIVE_INFINITY, now + NAP_MS));
    napUntil = until;
    await clock.sleep(until - now, nap.signal).catch(ignore);
    if (!nap.signal.aborted) lastSeen = until;
    followClock();
    napUntil = undefined;
  }

  /**
   * What the clock says. When it runs backwards, or a nap has taken much longer than it can, it was set, or the machine slept:
   * what was to be done in a minute still is, and not all at once.
   */
  function followClock(): number {
    const now = clock.now();
    const driftMs = now - Math.max(lastSeen, Math.min(now, napUntil ?? now));
    lastSeen = now;
    if (Math.abs(driftMs) < JUMP_MS) return now;
    for (const alarm of alarms) alarm.at += driftMs;
    napUntil = undefined;
    nap.abort();
    return now;
  }

  return { set, run, look: () => nap.abort() };
}

function ignore(): void {}
