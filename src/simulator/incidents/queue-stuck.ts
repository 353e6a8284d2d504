import { clear, type IncidentType, MINUTE_MS } from './incident-type.ts';

/** T1: a race in the task queue; starts stop, what runs ends, the queue grows, the web is fine (Issues 6085, 5378). */
export const queueStuck: IncidentType = {
  id: 'T1',
  cause: 'task queue stuck',
  class: 'heal',
  family: 'queue',
  harmAfterMs: 10 * MINUTE_MS,
  heal: { ok: ['restart'], wrong: ['cancel'], p: 0.95, byRestart: true },
  evidence: ['starts', 'q', 'qage'],
  rate: 0.3,
  lengthMs: (random) => random.lognormal(45 * MINUTE_MS, 1),
  start(scene) {
    for (const victim of scene.victims) {
      victim.setEffect(scene.key, { startsBlocked: true }, scene.at);
      victim.enqueueRandom(scene.at);
    }
    return { tick: () => ({ isSeen: true }), end: (at) => clear(scene, at) };
  },
};
