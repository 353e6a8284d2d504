import { type IncidentType, MINUTE_MS, steady } from './incident-type.ts';

/** S7: head-of-line blocking at the ingress of a region: the tail of latency times 100, the median as ever, some 503. */
export const ingressSlow: IncidentType = {
  id: 'S7',
  cause: 'ingress of the region slow',
  class: 'page',
  family: 'slow',
  shared: 'region',
  harmAfterMs: 0,
  heal: { ok: ['rollback-config', 'restart-gateway'], wrong: ['restart'], p: 0.6, byRestart: false },
  evidence: ['can', 'err'],
  rate: 0.05,
  lengthMs: (random) => random.lognormal(35 * MINUTE_MS, 0.8),
  start: (scene) =>
    steady(scene, { slowShare: 0.4, slowMs: 2_800, errorShare: scene.random.uniform(0.05, 0.3) }),
};
