import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import { readDisks, type NodeDisks } from './disks.ts';
import { nodeResource } from './nodes.ts';
import { podResource } from './pod.ts';
import { countByNode } from './pods.ts';
import type { Question } from './poll.ts';

interface Room {
  readonly quota: 'node_pods' | 'node_disks';
  /** The node; with its driver where disks of several have limits there. */
  readonly resource: string;
  readonly limit: number;
  readonly used: number;
}

/**
 * Room of the nodes that take pods, as quotas among those of the clouds, so that how many tenants still fit can be told.
 * Nothing is told where a part is not known: half of it would be a wrong sum.
 */
export const nodeRoomQuestion: Question = {
  name: 'kubernetes/node-room',
  datasets: [quotaDataset],
  intervalMs: 60_000,
  async ask(cluster, context) {
    const [nodes, pods, disks] = await Promise.all([
      cluster.objects(nodeResource, context),
      cluster.objects(podResource, context),
      readDisks(cluster, context),
    ]);
    const counts = countByNode(pods);
    const time = context.clock.now();
    const rooms = nodes
      .filter(({ object }) => object.isReady && !object.isCordoned)
      .flatMap(({ name, object }): Room[] => {
        const limit = object.amounts.find(({ resource }) => resource === 'pods')?.allocatable;
        const forDisks = roomForDisks(disks.filter(({ node }) => node === name));
        if (limit === undefined) return forDisks;
        return [{ quota: 'node_pods', resource: name, limit, used: counts.get(name) ?? 0 }, ...forDisks];
      });
    return rooms.map((room) => pointOf(room, cluster.name, time));
  },
};

function roomForDisks(disks: readonly NodeDisks[]): Room[] {
  const limited = disks.filter(({ allocatable }) => allocatable !== undefined);
  return limited.map(({ node, driver, allocatable = 0, attached }) => ({
    quota: 'node_disks',
    resource: limited.length === 1 ? node : `${node}/${driver}`,
    limit: allocatable,
    used: attached,
  }));
}

function pointOf({ quota, resource, limit, used }: Room, cluster: string, time: number): Point {
  return {
    dataset: quotaDataset,
    time,
    dimensions: { provider: 'kubernetes', account: cluster, quota, resource },
    values: { cloud_quota_limit: limit, cloud_quota_used: used },
  };
}
