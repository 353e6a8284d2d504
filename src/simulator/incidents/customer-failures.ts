import { type IncidentType, MINUTE_MS, steady } from './incident-type.ts';

/** T15: the customer's targets are down or a script is broken: tasks fail, the server is well. */
export const customerFailures: IncidentType = {
  id: 'T15',
  cause: 'deployments fail on the customer side',
  class: 'log',
  family: 'failures',
  harmAfterMs: 0,
  heal: { ok: [], wrong: ['restart', 'cancel'], p: 0, byRestart: false },
  evidence: ['fail'],
  rate: 150,
  lengthMs: (random) => random.lognormal(120 * MINUTE_MS, 1),
  start: (scene) =>
    steady(scene, {
      failShare: scene.random.uniform(0.5, 1),
      failMessage: 'The step Deploy package failed: the target web-01 could not be contacted.',
    }),
};
