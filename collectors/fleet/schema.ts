import { defineDataset } from '../../src/model/dataset.ts';

/** What the agent knows of an instance without asking it. */
export const instanceStateDataset = defineDataset({
  name: 'instance_state',
  kind: 'gauge',
  help: 'Instances that are watched, as the fleet knows them.',
  dimensions: {},
  metrics: {
    octopus_instance_asleep: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the instance is scaled to zero on purpose (1): it is asked for nothing. Each instance has the series.',
    },
  },
});

/** Everything the collector yields. */
export const fleetDatasets = [instanceStateDataset] as const;
