import type { Instance } from '../instance.ts';
import type { ServerTask } from '../task.ts';
import { type IncidentType, MINUTE_MS } from './incident-type.ts';

/** T3: a task that was cancelled and never ends; it keeps one slot (Issues 8214, 10230). */
export const cancellingForEver: IncidentType = {
  id: 'T3',
  cause: 'task cancelling for ever',
  class: 'ticket',
  family: 'queue',
  harmAfterMs: 120 * MINUTE_MS,
  heal: { ok: ['restart'], wrong: ['cancel', 'abandon'], p: 0.8, byRestart: true },
  evidence: ['upd', 'run'],
  rate: 2,
  lengthMs: (random) => random.lognormal(240 * MINUTE_MS, 0.8),
  start({ victims, at: start }) {
    const held: { victim: Instance; task: ServerTask }[] = [];
    const waiting = new Set(victims);
    for (const victim of victims) victim.enqueueRandom(start);
    return {
      tick(at) {
        for (const victim of waiting) {
          const task = [...victim.queue.active].find(
            ({ state, takesSlot }) => state === 'Executing' && takesSlot,
          );
          if (task === undefined) continue;
          waiting.delete(victim);
          task.neverEnds = true;
          victim.queue.cancel(task, at);
          held.push({ victim, task });
        }
        return { isSeen: held.length > 0 };
      },
      end(at) {
        for (const { victim, task } of held) victim.queue.release(task, at);
      },
    };
  },
};
