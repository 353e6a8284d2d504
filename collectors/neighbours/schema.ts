import { defineDataset } from '../../src/model/dataset.ts';

const NODE = {
  cluster: { help: 'Cluster, by its name in the configuration.' },
  node: { help: 'Name of the node.' },
} as const;

/** How tenants that share a node do to each other. */
export const neighboursDataset = defineDataset({
  name: 'neighbours',
  kind: 'gauge',
  help: 'How tenants that share a node do to each other, over the last hour. Without a tenant: pods of nobody.',
  dimensions: NODE,
  metrics: {
    neighbour_noise_score: {
      type: 'gauge',
      unit: 'none',
      help: 'How much more than its share of the CPU the tenant takes, times the correlation with how the others wait for it: 0 to 1. Absent where it is not known how they wait.',
    },
    neighbour_noisy: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the tenant is a noisy neighbour: a score above 0.2 and two victims, or three times its share and five.',
    },
    neighbour_victims: {
      type: 'gauge',
      unit: 'none',
      help: 'Tenants that wait for CPU for a twentieth of their time, and more so when this one takes more.',
    },
    neighbour_cpu_share_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'Share of the CPU that all on the node use.',
    },
    neighbour_cpu_fair_share_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'What that share would be by requests; without requests, the same for all.',
    },
    neighbour_harm_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'Share of its time that the tenant waits for CPU while a noisy one takes more than its share. Absent where it is not known how it waits.',
    },
  },
});

/** The same of shared database servers. */
export const databaseNeighboursDataset = defineDataset({
  name: 'neighbours_database',
  kind: 'gauge',
  help: 'How tenants share the load of a database server, where a metric of each is configured.',
  dimensions: { database_server: { help: 'The database server as `octopus_instance_info` names it.' } },
  metrics: {
    neighbour_database_load_share_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'Share of the load that all tenants of the server cause.',
    },
    neighbour_database_noise_score: {
      type: 'gauge',
      unit: 'none',
      help: 'How much more than an equal share that is, times how far the server is loaded; 0 below 80 % of load.',
    },
    neighbour_database_tenants: {
      type: 'gauge',
      unit: 'none',
      help: 'Other tenants on the server.',
    },
  },
});

/** Everything the collector yields. */
export const neighboursDatasets = [neighboursDataset, databaseNeighboursDataset] as const;
