import { NEXT_VERSION } from '../topology.ts';
import { clear, type IncidentType, MINUTE_MS } from './incident-type.ts';

/** Share of the window in which the server drains before it stops. */
const DRAIN_SHARE = 0.5;

/** Q1: the customer's maintenance window: drain (418), stop, start with the next version. It must stay quiet. */
export const maintenanceWindow: IncidentType = {
  id: 'Q1',
  cause: 'maintenance window',
  class: 'log',
  family: 'down',
  isPlanned: true,
  harmAfterMs: 0,
  heal: { ok: ['wait'], wrong: ['restart', 'cancel'], p: 1, byRestart: false },
  evidence: ['ping'],
  rate: 6_500,
  lengthMs: (random) => random.uniform(1, 10) * MINUTE_MS + random.lognormal(150_000, 0.6),
  start(scene) {
    const stopAt = scene.at + scene.lengthMs * DRAIN_SHARE;
    let isOver = false;
    for (const victim of scene.victims) {
      victim.setEffect(scene.key, { draining: true }, scene.at);
      victim.agenda.add(stopAt, (due) => {
        if (!isOver) victim.setEffect(scene.key, { network: 'refused', stopped: true }, due);
      });
    }
    return {
      tick: () => ({ isSeen: true }),
      end(at) {
        isOver = true;
        for (const victim of scene.victims) victim.version = NEXT_VERSION;
        clear(scene, at);
      },
    };
  },
};
