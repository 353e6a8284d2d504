import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { AzurePollSpec } from './azure-poll.ts';
import { flagAt, numberAt, objectsAt, textAt, type JsonFields } from './json-fields.ts';
import { quotaPoint } from './quota-point.ts';
import { inLocations } from './resource.ts';
import { aksClusterDataset, aksPoolDataset } from './schema.ts';

/** Clusters and their node pools, in one list. */
export const aksPoll: AzurePollSpec = {
  name: 'azure/aks',
  datasets: [aksClusterDataset, aksPoolDataset, quotaDataset],
  intervalMs: 60_000,
  actions: ['Microsoft.ContainerService/managedClusters/read'],
  async *read({ arm, account, locations, context, signal }) {
    const time = context.clock.now();
    const clusters = await arm.list('/providers/Microsoft.ContainerService/managedClusters', signal);
    for (const { name: cluster, region, fields } of inLocations(clusters, locations)) {
      const pools = objectsAt(fields, 'properties', 'agentPoolProfiles');
      const place = { account, region, cluster };
      yield [
        {
          dataset: aksClusterDataset,
          time,
          dimensions: place,
          values: {
            azure_aks_cluster_running: isRunning(fields, 'properties', 'powerState', 'code'),
            azure_aks_cluster_provisioned: isSucceeded(fields, 'properties', 'provisioningState'),
          },
        },
        ...pools.flatMap((pool) => poolPoints(pool, place, time)),
      ];
    }
  },
};

function poolPoints(
  pool: JsonFields,
  place: { readonly account: string; readonly region: string; readonly cluster: string },
  time: number,
): readonly Point[] {
  const name = textAt(pool, 'name');
  const nodes = numberAt(pool, 'count');
  if (name === undefined) return [];
  const scales = flagAt(pool, 'enableAutoScaling') === true;
  const most = scales ? numberAt(pool, 'maxCount') : undefined;
  const values = {
    azure_aks_pool_nodes: nodes,
    azure_aks_pool_min_nodes: scales ? numberAt(pool, 'minCount') : undefined,
    azure_aks_pool_max_nodes: most,
    azure_aks_pool_running: isRunning(pool, 'powerState', 'code'),
    azure_aks_pool_provisioned: isSucceeded(pool, 'provisioningState'),
  };
  const point = { dataset: aksPoolDataset, time, dimensions: { ...place, pool: name }, values };
  if (most === undefined || nodes === undefined) return [point];
  const { account, region, cluster } = place;
  const quota = { account, region, quota: 'aks_pool_nodes', resource: `${cluster}/${name}` };
  return [point, quotaPoint(quota, nodes, most, time)];
}

function isRunning(fields: JsonFields, ...path: readonly string[]): number | undefined {
  const state = textAt(fields, ...path);
  return state === undefined ? undefined : Number(state === 'Running');
}

function isSucceeded(fields: JsonFields, ...path: readonly string[]): number | undefined {
  const state = textAt(fields, ...path);
  return state === undefined ? undefined : Number(state === 'Succeeded');
}
