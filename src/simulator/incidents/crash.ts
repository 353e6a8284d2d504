import { type IncidentType, steady } from './incident-type.ts';

/** Longer than a crash lasts until the platform has restarted it: a hang waits for ten failed probes. */
const LONGEST_CRASH_MS = 150_000;

/** T7: the process dies and is restarted in one or two minutes, or hangs until the platform kills it (Issues 4012, 6512). */
export const crash: IncidentType = {
  id: 'T7',
  cause: 'server crashed or hangs',
  class: 'heal',
  family: 'down',
  harmAfterMs: 0,
  heal: { ok: ['wait', 'restart'], wrong: [], p: 0.95, byRestart: true },
  evidence: ['ping'],
  rate: 6,
  lengthMs: (random) =>
    random.chance(0.4) ? random.uniform(300_000, 360_000) : random.uniform(60_000, 120_000),
  start(scene) {
    const network = scene.lengthMs > LONGEST_CRASH_MS ? 'hang' : 'refused';
    return steady(scene, { network, stopped: true });
  },
};
