import { type IncidentType, MINUTE_MS, steady } from './incident-type.ts';

/** Tasks per minute and slot that keep a slot busy with some left over: they run about 40 s. */
const LOAD_PER_SLOT = 2;

/** T5: more work than the task cap lets through; the queue grows although tasks start. */
export const capSaturated: IncidentType = {
  id: 'T5',
  cause: 'task cap saturated by own load',
  class: 'ticket',
  family: 'capacity',
  harmAfterMs: 60 * MINUTE_MS,
  heal: { ok: ['raise-cap'], wrong: ['restart', 'cancel'], p: 0.9, byRestart: false },
  evidence: ['run', 'q', 'qage'],
  rate: 15,
  lengthMs: (random) => random.lognormal(90 * MINUTE_MS, 0.8),
  start(scene) {
    const slots = Math.max(...scene.victims.map(({ nodes }) => nodes.reduce((sum, { cap }) => sum + cap, 0)));
    return steady(scene, { extraTasksPerMinute: slots * LOAD_PER_SLOT });
  },
};
