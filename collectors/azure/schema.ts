import { defineDataset } from '../../src/model/dataset.ts';

const where = {
  account: { help: 'Subscription, by its name in the configuration.' },
  region: { help: 'Location.' },
};
const pool = { ...where, server: { help: 'SQL server.' }, pool: { help: 'Elastic pool.' } };

export const aksPoolDataset = defineDataset({
  name: 'azure_aks_pool',
  kind: 'gauge',
  help: 'Node pools of AKS clusters.',
  dimensions: { ...where, cluster: { help: 'Cluster.' }, pool: { help: 'Node pool.' } },
  metrics: {
    azure_aks_pool_nodes: { type: 'gauge', unit: 'none', help: 'Nodes that the pool is set to.' },
    azure_aks_pool_min_nodes: {
      type: 'gauge',
      unit: 'none',
      help: 'The fewest nodes the autoscaler leaves; absent where the pool does not scale by itself.',
    },
    azure_aks_pool_max_nodes: {
      type: 'gauge',
      unit: 'none',
      help: 'The most nodes the autoscaler makes; absent where the pool does not scale by itself.',
    },
    azure_aks_pool_running: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the pool runs (1) or is stopped (0).',
    },
    azure_aks_pool_provisioned: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the last change of the pool succeeded; 0 also while one is under way.',
    },
  },
});

export const aksClusterDataset = defineDataset({
  name: 'azure_aks_cluster',
  kind: 'gauge',
  help: 'AKS clusters.',
  dimensions: { ...where, cluster: { help: 'Cluster.' } },
  metrics: {
    azure_aks_cluster_running: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the cluster runs (1) or is stopped (0).',
    },
    azure_aks_cluster_provisioned: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether the last change of the cluster succeeded; 0 also while one is under way.',
    },
  },
});

export const sqlPoolDataset = defineDataset({
  name: 'azure_sql_pool',
  kind: 'gauge',
  help: 'Elastic pools of SQL servers.',
  dimensions: { ...pool, sku: { help: 'Name and capacity: `StandardPool 100`, `GP_Gen5 4`.' } },
  metrics: {
    azure_sql_pool_databases: { type: 'gauge', unit: 'none', help: 'Databases in the pool.' },
    azure_sql_pool_ready: { type: 'gauge', unit: 'none', help: 'Whether the pool is in the state Ready.' },
    azure_sql_pool_size_limit_bytes: {
      type: 'gauge',
      unit: 'bytes',
      help: 'The most that its databases may take.',
    },
  },
});

export const sqlPoolLoadDataset = defineDataset({
  name: 'azure_sql_pool_load',
  kind: 'gauge',
  help: 'What is used of elastic pools: the newest average of a minute that Azure Monitor has, 2 to 5 minutes old.',
  dimensions: pool,
  metrics: {
    azure_sql_pool_dtu_ratio: {
      type: 'gauge',
      unit: 'ratio',
      help: 'Used share of the DTUs; absent in the vCore model.',
    },
    azure_sql_pool_cpu_ratio: { type: 'gauge', unit: 'ratio', help: 'Used share of the CPU.' },
    azure_sql_pool_workers_ratio: { type: 'gauge', unit: 'ratio', help: 'Used share of the workers.' },
    azure_sql_pool_storage_ratio: { type: 'gauge', unit: 'ratio', help: 'Used share of the storage.' },
  },
});
