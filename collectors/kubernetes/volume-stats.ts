import type { CollectContext } from '../../src/collect/contract.ts';
import { numberAt, objectsAt, textAt, type KubeObject } from '../../src/kubernetes/fields.ts';
import { toFailure, type Failure } from '../../src/model/failure.ts';
import type { Point } from '../../src/model/point.ts';
import type { Cluster } from './clusters.ts';
import { nodeResource } from './nodes.ts';
import type { Question } from './poll.ts';
import { volumeStatsDataset } from './schema.ts';
import { claimResource } from './volumes.ts';

/** Kubelets asked at a time; each answer goes through the API server. */
const AT_A_TIME = 8;
const NODE_DEADLINE_MS = 5000;

interface Fill {
  readonly namespace: string;
  readonly name: string;
  readonly values: Point['values'];
}

/**
 * How full volumes are, from the stats summary of each ready node. Who may not read it (`nodes/proxy` is a strong right,
 * and not in the shipped role) gets no values, and no failure.
 */
export const volumeStatsQuestion: Question = {
  name: 'kubernetes/volume-stats',
  datasets: [volumeStatsDataset],
  intervalMs: 60_000,
  deadlineMs: 45_000,
  async ask(cluster, context) {
    const [nodes, claims] = await Promise.all([
      cluster.objects(nodeResource, context),
      cluster.objects(claimResource, context),
    ]);
    const ready = nodes.filter(({ object }) => object.isReady).map(({ name }) => name);
    const fills = await askNodes(ready, cluster, context);
    const tenants = new Map(claims.map(({ namespace, name, tenant }) => [`${namespace}/${name}`, tenant]));
    const time = context.clock.now();
    return Array.from(fills.values(), ({ namespace, name, values }): Point => {
      return {
        dataset: volumeStatsDataset,
        time,
        tenant: tenants.get(`${namespace}/${name}`) ?? '',
        dimensions: { cluster: cluster.name, namespace, persistentvolumeclaim: name },
        values,
      };
    });
  },
};

/** What the nodes that answer say. @throws Failure when none does, unless it is not permitted */
async function askNodes(
  nodes: readonly string[],
  cluster: Cluster,
  context: CollectContext,
): Promise<ReadonlyMap<string, Fill>> {
  const fills = new Map<string, Fill>();
  const failures: Failure[] = [];
  const queue = nodes.values();
  async function work(): Promise<void> {
    for (const node of queue) {
      context.signal.throwIfAborted();
      // Nobody is asked in vain a second time within one poll.
      if (failures.some(({ reason }) => reason === 'forbidden')) return;
      try {
        for (const fill of await askNode(node, cluster, context))
          fills.set(`${fill.namespace}/${fill.name}`, fill);
      } catch (error) {
        failures.push(toFailure(error));
      }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  judge(failures, nodes, context);
  return fills;
}

function judge(
  failures: readonly Failure[],
  nodes: readonly string[],
  { log, signal }: CollectContext,
): void {
  const [first] = failures;
  if (first === undefined || first.reason === 'forbidden') return;
  signal.throwIfAborted();
  if (failures.length === nodes.length) throw first;
  log.warn({ nodes: failures.length, error: first.message }, 'kubelets did not tell how full volumes are');
}

async function askNode(node: string, { client }: Cluster, { signal }: CollectContext): Promise<Fill[]> {
  const summary = await client.call({
    path: `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`,
    signal,
    deadlineMs: NODE_DEADLINE_MS,
    isPassedOn: true,
    what: `get nodes/proxy of ${node}`,
  });
  return objectsAt(summary, 'pods')
    .flatMap((pod) => objectsAt(pod, 'volume'))
    .flatMap(fillOf);
}

/** Volumes without a claim (secrets, scratch space) are left out. */
function fillOf(volume: KubeObject): Fill[] {
  const namespace = textAt(volume, 'pvcRef', 'namespace');
  const name = textAt(volume, 'pvcRef', 'name');
  if (namespace === undefined || name === undefined) return [];
  const values = {
    kubelet_volume_stats_capacity_bytes: numberAt(volume, 'capacityBytes'),
    kubelet_volume_stats_used_bytes: numberAt(volume, 'usedBytes'),
    kubelet_volume_stats_available_bytes: numberAt(volume, 'availableBytes'),
    kubelet_volume_stats_inodes: numberAt(volume, 'inodes'),
    kubelet_volume_stats_inodes_used: numberAt(volume, 'inodesUsed'),
  };
  return [{ namespace, name, values }];
}
