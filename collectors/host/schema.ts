import { defineDataset } from '../../src/model/dataset.ts';
import * as container from './container-schema.ts';
import { gauge, instance } from './metric.ts';
import * as node from './node-schema.ts';

/** How much stands still now; the totals beside it, in node_exporter's and cAdvisor's names, are for longer times. */
export const pressureDataset = defineDataset({
  name: 'host_pressure',
  kind: 'gauge',
  help: 'Stalls of the machine, or of the container, in the last 10 s, as the kernel averages them.',
  dimensions: {
    instance,
    resource: { help: 'cpu, memory or io.' },
    kind: { help: 'some: at least one task waited; full: all did.' },
  },
  metrics: { host_pressure_ratio: gauge('Share of the last 10 s, 0 to 1.', 'ratio') },
});

/** Everything the collector yields. */
export const hostDatasets = [...Object.values(node), ...Object.values(container), pressureDataset] as const;
