import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../acceptance/eventually.ts';
import type { LogEntry } from './agent.ts';
import type { FaultWorld } from './fault-row.ts';
import type { StoreFault } from './store-fault.ts';

export type Rotation = 'rename' | 'copyTruncate';

export function seconds(count: number): Promise<void> {
  return sleep(count * 1000);
}

/** Rotates `count` times, waiting before each. */
export async function rotate(
  { log }: FaultWorld,
  how: Rotation,
  count: number,
  pause: number,
): Promise<void> {
  for (let done = 0; done < count; done++) {
    await seconds(pause);
    await log[how]();
  }
}

/** The store plays a fault for so many seconds while lines go on, then all is well again. */
export async function suffer(world: FaultWorld, fault: StoreFault, count: number): Promise<void> {
  await world.store.set(fault);
  await seconds(count);
  await world.store.set({ kind: 'none' });
}

/** The agent ends and begins again after the usual pause; lines go on. */
export async function restart({ agent, profile }: FaultWorld, how: 'stop' | 'kill'): Promise<void> {
  await agent[how]();
  await seconds(profile.pause);
  await agent.start();
}

/** Lines go on for a while without a fault. */
export function calm({ profile }: FaultWorld): Promise<void> {
  return seconds(profile.calm);
}

/** The next bulk is stored, the stream rolls over, and its answer is lost. @throws Error when no bulk came */
export async function loseAnswer({ store }: FaultWorld, hold: boolean): Promise<void> {
  await store.set({ kind: 'lose-reply-and-roll-over', hold });
  await eventually('a bulk was stored and its answer lost', async () => (await store.current()) === 'none');
}

/** How often the agent noticed the fault. @throws Error when it did not: the row would show nothing */
export function felt({ agent }: FaultWorld, what: string, isSign: (entry: LogEntry) => boolean): string {
  const times = agent.log().filter((entry) => isSign(entry)).length;
  if (times === 0) throw new Error(`the agent noticed no ${what}`);
  return `in its log: ${what} (${times} ×)`;
}
