import type { Instance } from '../instance.ts';
import { isActive, type ServerTask } from '../task.ts';
import { type IncidentType, MINUTE_MS } from './incident-type.ts';

/** A wait of so long is one in which the other task waits as well: about one of forty. */
const CYCLE_MS = 120 * MINUTE_MS;

interface Wait {
  readonly victim: Instance;
  readonly holder: ServerTask;
  readonly waiter: ServerTask;
}

/**
 * T4: a deployment waits for the script of another on the same target, which may wait for it in turn (Issues 9484,
 * 10134). Both run and report as ever; only what the server says of them tells.
 */
export const scriptMutex: IncidentType = {
  id: 'T4',
  cause: 'script waits for another script',
  class: 'log',
  family: 'queue',
  harmAfterMs: 60 * MINUTE_MS,
  heal: { ok: ['cancel', 'restart'], wrong: [], p: 0.97, byRestart: true },
  evidence: ['blockedby'],
  rate: 20,
  lengthMs: (random) => random.lognormal(12 * MINUTE_MS, 1.2),
  start({ victims, lengthMs, at: start }) {
    const free = new Set(victims);
    const waits: Wait[] = [];
    for (const victim of victims) for (let i = 0; i < 2; i++) victim.enqueueRandom(start);
    return {
      tick(at) {
        for (const victim of free) {
          const wait = beginWait(victim, at, lengthMs >= CYCLE_MS);
          if (wait === undefined) continue;
          free.delete(victim);
          waits.push(wait);
        }
        for (const wait of waits) if (isOver(wait)) letGo(wait);
        return { isSeen: waits.length > 0, isHealed: free.size === 0 && waits.every(isOver) };
      },
      end() {
        for (const wait of waits) letGo(wait);
      },
    };
  },
};

/** Two running tasks, the younger behind the older; undefined while there are no two. */
function beginWait(victim: Instance, at: number, isCycle: boolean): Wait | undefined {
  const running = [...victim.queue.active].filter(
    ({ state, takesSlot, isHeld }) => state === 'Executing' && takesSlot && !isHeld,
  );
  const [holder, waiter] = running;
  if (holder === undefined || waiter === undefined) return undefined;
  hold(waiter, [holder.id], at);
  hold(holder, isCycle ? [waiter.id] : [], at);
  return { victim, holder, waiter };
}

function hold(task: ServerTask, waitsFor: readonly string[], at: number): void {
  task.isHeld = true;
  task.waitsFor = waitsFor;
  task.waitsSince = at;
}

/** One of the two has ended or was cancelled. */
function isOver({ holder, waiter }: Wait): boolean {
  return !isActive(holder) || !isActive(waiter);
}

function letGo({ holder, waiter }: Wait): void {
  for (const task of [holder, waiter]) {
    task.isHeld = false;
    task.waitsFor = [];
    task.waitsSince = undefined;
  }
}
