import { type IncidentType, steady } from './incident-type.ts';

/** Q6: one or two probes are lost on the way; the server never knew. */
export const blip: IncidentType = {
  id: 'Q6',
  cause: 'one or two lost probes',
  class: 'log',
  family: 'down',
  harmAfterMs: 0,
  heal: { ok: ['wait'], wrong: ['restart'], p: 1, byRestart: false },
  evidence: ['ping'],
  rate: 3_000,
  lengthMs: (random) => random.uniform(5_000, 28_000),
  start: (scene) => steady(scene, { network: 'reset' }),
};
