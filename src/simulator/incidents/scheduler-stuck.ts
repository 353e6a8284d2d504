import { stickScheduler } from '../habits.ts';
import type { Instance } from '../instance.ts';
import { isActive } from '../task.ts';
import { type IncidentType, MINUTE_MS } from './incident-type.ts';

/**
 * T2: `RecurringScheduledDeployments` stays in New, reported as Queued; every schedule waits behind it (Issues 8485,
 * 8875). Cancelling it by the API heals, and the missed schedules then come at once.
 */
export const schedulerStuck: IncidentType = {
  id: 'T2',
  cause: 'scheduler stuck',
  class: 'heal',
  family: 'scheduler',
  harmAfterMs: MINUTE_MS,
  heal: { ok: ['cancel', 'restart'], wrong: [], p: 0.95, byRestart: true },
  evidence: ['qage'],
  rate: 0.5,
  lengthMs: (random) => random.lognormal(120 * MINUTE_MS, 1),
  start({ victims, at: start }) {
    const stuck = victims.map((victim) => ({ victim, id: stickScheduler(victim, start) }));
    return {
      tick: () => ({ isSeen: true, isHealed: stuck.every(({ victim, id }) => !isStuck(victim, id)) }),
      end(at) {
        for (const { victim, id } of stuck) release(victim, id, at);
      },
    };
  },
};

function isStuck(victim: Instance, id: string): boolean {
  return victim.queue.find(id)?.state === 'New';
}

/** The task is picked up after all. */
function release(victim: Instance, id: string, at: number): void {
  const task = victim.queue.find(id);
  if (task === undefined || !isActive(task) || task.state !== 'New') return;
  task.state = 'Queued';
  victim.queue.dispatchSoon(at);
}
