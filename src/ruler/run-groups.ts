import { messageOf } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import type { GroupState } from './group-state.ts';

/** How long rules may keep everything else waiting, but for a single rule that takes longer. */
const LONGEST_BLOCK_MS = 10;

/**
 * Evaluates each group at its interval until `signal` is aborted. Groups start apart from each other, at an offset that
 * their name fixes; a round that comes too late is left out, and the next is on time.
 */
export async function runGroups(
  groups: readonly GroupState[],
  clock: Clock,
  signal: AbortSignal,
  evaluate: (group: GroupState, now: number) => Iterable<void>,
): Promise<void> {
  const loops = groups.map((group) => runGroup(group, clock, signal, evaluate));
  await Promise.all([...loops, untilAborted(signal)]);
}

async function runGroup(
  group: GroupState,
  clock: Clock,
  signal: AbortSignal,
  evaluate: (group: GroupState, now: number) => Iterable<void>,
): Promise<void> {
  const offset = offsetOf(`${group.group.file}\u0000${group.id}`, group.intervalMs);
  for (;;) {
    const now = clock.now();
    const next = now - mod(now - offset, group.intervalMs) + group.intervalMs;
    try {
      await clock.sleep(next - now, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw new Error(`the clock of group ${group.id} failed: ${messageOf(error)}`, { cause: error });
    }
    let since = clock.now();
    for (const _ of evaluate(group, next)) {
      if (clock.now() - since < LONGEST_BLOCK_MS) continue;
      await breathe();
      if (signal.aborted) return;
      since = clock.now();
    }
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
