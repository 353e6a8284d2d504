import { clear, type IncidentType, MINUTE_MS } from './incident-type.ts';

/** S1: a cluster machine is gone; its instances come back on others, one after the other, 6 to 8 minutes later. */
export const clusterNodeLost: IncidentType = {
  id: 'S1',
  cause: 'cluster machine lost',
  class: 'log',
  family: 'down',
  shared: 'cluster_node',
  harmAfterMs: 0,
  heal: { ok: ['wait', 'replace-machine'], wrong: ['restart'], p: 0.9, byRestart: false },
  evidence: ['ping', 'ready'],
  rate: 0.8,
  lengthMs: (random) => random.uniform(6, 8) * MINUTE_MS + random.lognormal(60_000, 0.5),
  start(scene) {
    for (const victim of scene.victims) {
      victim.setEffect(scene.key, { network: 'hang', stopped: true }, scene.at);
      const backAfter = scene.lengthMs * scene.random.uniform(0.8, 1);
      victim.agenda.add(scene.at + backAfter, (due) => {
        victim.setEffect(scene.key, undefined, due);
      });
    }
    return { tick: () => ({ isSeen: true }), end: (at) => clear(scene, at) };
  },
};
