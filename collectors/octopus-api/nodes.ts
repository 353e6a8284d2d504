import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ServerNode } from '../../src/octopus/node.ts';
import type { ClientFor } from './client-for.ts';
import { nodeInfoDataset } from './instance-schema.ts';
import { nodeDataset } from './schema.ts';

/** Reads the nodes of the cluster. */
export function createNodesPoll(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const { nodes, clockOffset } = await clientFor(tenant).nodesSummary(context.signal);
    const time = context.clock.now();
    yield nodes.map((node) => ({
      dataset: nodeDataset,
      time,
      dimensions: { node: node.name },
      values: valuesOf(node, clockOffset),
    }));
    yield nodes.flatMap(({ name, version }) => {
      if (version === undefined) return [];
      const dimensions = { node: name, version };
      return [{ dataset: nodeInfoDataset, time, dimensions, values: { octopus_node_info: 1 } }];
    });
  }

  return { name: 'octopus-api/nodes', datasets: [nodeDataset, nodeInfoDataset], intervalMs: 30_000, poll };
}

function valuesOf(node: ServerNode, clockOffset: number): Point['values'] {
  const { lastSeen } = node;
  return {
    octopus_node_offline: Number(node.isOffline),
    octopus_node_draining: Number(node.isDraining),
    octopus_node_running_tasks: node.runningTasks,
    octopus_node_task_cap: node.taskCap,
    octopus_node_last_seen_timestamp_seconds:
      lastSeen === undefined ? undefined : (lastSeen - clockOffset) / 1000,
    octopus_node_sql_pool_max: node.sqlPoolMax,
    octopus_node_sql_pool_recommended: node.sqlPoolRecommended,
  };
}
