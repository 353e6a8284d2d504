import { messageOf } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import type { GroupState } from './group-state.ts';

/**
 * After how long others get their turn between two rules. The clock tells whole milliseconds and one more rule may
 * follow: so nobody waits for more than 5 ms, but for a rule that takes longer itself.
 */
const TURN_MS = 2;

/**
 * Evaluates each group at its interval until `signal` is aborted, one rule at a time. Groups start apart from each
 * other, at an offset that their name fixes; a round that comes too late is left out, and the next is on time.
 */
export async function runGroups(
  groups: readonly GroupState[],
  clock: Clock,
  signal: AbortSignal,
  evaluate: (group: GroupState, now: number) => Iterable<void>,
): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }
  const loops = groups.map(async (group) => {
    for (;;) {
      const next = await untilNext(group, clock, signal);
      if (next === undefined) return;
      await inTurn(() => evaluateInSlices(evaluate(group, next), clock, signal));
      if (signal.aborted) return;
    }
  });
  await Promise.all([...loops, untilAborted(signal)]);
}

/** Resolves when the group is due, to that time; undefined when aborted. */
async function untilNext(group: GroupState, clock: Clock, signal: AbortSignal): Promise<number | undefined> {
  const offset = offsetOf(`${group.group.file}\u0000${group.id}`, group.intervalMs);
  const now = clock.now();
  const next = now - mod(now - offset, group.intervalMs) + group.intervalMs;
  try {
    await clock.sleep(next - now, signal);
    return next;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw new Error(`the clock of group ${group.id} failed: ${messageOf(error)}`, { cause: error });
  }
}

async function evaluateInSlices(
  evaluation: Iterable<void>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  let since = clock.now();
  for (const _ of evaluation) {
    if (clock.now() - since < TURN_MS) continue;
    await breathe();
    if (signal.aborted) return;
    since = clock.now();
  }
}

/** Lets I/O and timers run between two rules. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A place within the interval, spread by FNV-1a of the group's name. */
function offsetOf(name: string, intervalMs: number): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) % intervalMs;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
