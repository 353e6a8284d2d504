import type { Clock } from '../model/ports.ts';
import { createTurns } from './turns.ts';

/** How long a nap may be: nothing is due for longer than this only in an idle agent. */
const NAP_MS = 60_000;
/** A timer that is off by so much, ms, is no busy process any more: the clock was set, or the machine slept. */
const JUMP_MS = 5000;

/** Many things to do at their times, with one sleeper of the clock for all of them. */
export interface Alarms {
  /** Calls `ring` once it is `at` (ms since the epoch), in the order of times; it must not throw. */
  set(at: number, ring: () => void): void;
  /** Rings until it is over; look at it again with `look`. */
  run(isOver: () => boolean): Promise<void>;
  look(): void;
}

export function createAlarms(clock: Clock): Alarms {
  const alarms = createTurns<{ at: number; readonly ring: () => void }>();
  let nap = new AbortController();
  let napUntil = Number.NEGATIVE_INFINITY;

  function set(at: number, ring: () => void): void {
    alarms.add({ at, ring });
    if (at < napUntil) nap.abort();
  }

  async function run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      ringDue();
      if (!isOver()) await sleep();
    }
  }

  function ringDue(): void {
    const now = clock.now();
    for (let due = alarms.takeDue(now); due !== undefined; due = alarms.takeDue(now)) due.ring();
  }

  async function sleep(): Promise<void> {
    const now = clock.now();
    nap = new AbortController();
    napUntil = Math.min(alarms.next()?.at ?? Number.POSITIVE_INFINITY, now + NAP_MS);
    const until = Math.max(now, napUntil);
    const sleptThrough = await clock.sleep(until - now, nap.signal).then(yes, no);
    napUntil = Number.NEGATIVE_INFINITY;
    if (sleptThrough) follow(clock.now() - until);
  }

  /** The clock was set, or the machine slept: what was to be done in a minute still is, and not all at once. */
  function follow(driftMs: number): void {
    if (Math.abs(driftMs) < JUMP_MS) return;
    for (const alarm of alarms) alarm.at += driftMs;
  }

  return { set, run, look: () => nap.abort() };
}

function yes(): boolean {
  return true;
}

function no(): boolean {
  return false;
}
