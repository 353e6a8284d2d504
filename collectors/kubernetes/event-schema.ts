import { defineDataset } from '../../src/model/dataset.ts';
import { cluster, namespace } from './dimensions.ts';

/** Warnings of the cluster. The same warning again is one object whose count rises: a point each time it has risen. */
export const eventDataset = defineDataset({
  name: 'kube_event',
  kind: 'event',
  help: 'Warnings of a cluster: events of type Warning.',
  dimensions: {
    cluster,
    namespace,
    kind: { help: 'Kind of the object it is about: Pod, Node, PersistentVolumeClaim …' },
    reason: { help: 'BackOff, FailedScheduling, FailedMount, Unhealthy …' },
    object: { help: 'Name of the object it is about.', label: false },
  },
  fields: {
    message: { type: 'text', help: 'What happened, in words.' },
    count: { type: 'long', help: 'How often it happened since it was told of last.' },
    total: { type: 'long', help: 'How often it happened in all.' },
    component: { type: 'keyword', help: 'Who says so: kubelet, default-scheduler …' },
  },
  derives: {
    kube_events_total: {
      type: 'counter',
      unit: 'none',
      help: 'Warnings, each as often as it happened.',
      by: ['tenant', 'cluster', 'namespace', 'kind', 'reason'],
      of: 'count',
    },
  },
  rollup: { windowMs: 60_000, by: ['cluster', 'namespace', 'kind', 'reason'], of: { count: [] } },
  seriesLimit: 5000,
});
