import type { CollectContext } from '../../src/collect/contract.ts';
import { isAbsent } from '../../src/kubernetes/answer.ts';
import { objectsAt, textAt, textsAt, type KubeObject } from '../../src/kubernetes/fields.ts';
import { parseQuantity } from '../../src/kubernetes/quantity.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import type { Point } from '../../src/model/point.ts';
import { withLabel, type Cluster, type Owned } from './clusters.ts';
import type { Question } from './poll.ts';
import { containerUsageDataset, nodeUsageDataset } from './schema.ts';

interface Usage {
  readonly cores: number | undefined;
  /** bytes */
  readonly memory: number | undefined;
}

interface ContainerUsage extends Usage {
  readonly container: string;
}

const podMetrics: Resource<readonly ContainerUsage[]> = {
  name: 'pods.metrics.k8s.io',
  path: '/apis/metrics.k8s.io/v1beta1/pods',
  pick: (object) =>
    objectsAt(object, 'containers').map((container) => ({
      container: textAt(container, 'name') ?? '',
      ...usageOf(container),
    })),
};

const nodeMetrics: Resource<Usage> = {
  name: 'nodes.metrics.k8s.io',
  path: '/apis/metrics.k8s.io/v1beta1/nodes',
  pick: usageOf,
};

/** What is taken, where a metrics server is installed; where none is, there are no values and no failure. */
export const metricsQuestion: Question = {
  name: 'kubernetes/metrics',
  datasets: [containerUsageDataset, nodeUsageDataset],
  intervalMs: 60_000,
  deadlineMs: 30_000,
  async ask(cluster, context) {
    try {
      const [pods, nodes] = await Promise.all([
        listed(podMetrics, cluster, context),
        listed(nodeMetrics, cluster, context),
      ]);
      const time = context.clock.now();
      return [
        ...pods.flatMap((pod) => podPoints(pod, cluster.name, time)),
        ...nodes.map((node) => nodePoint(node, cluster.name, time)),
      ];
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  },
};

/** The API has no watch. */
async function listed<T>(
  resource: Resource<T>,
  cluster: Cluster,
  context: CollectContext,
): Promise<readonly Owned<T>[]> {
  const labelled = withLabel(resource, cluster.tenantLabel);
  return cluster.owned(await cluster.client.list(labelled, context.signal), context);
}

function usageOf(object: KubeObject): Usage {
  const { cpu, memory } = textsAt(object, 'usage');
  return { cores: parseQuantity(cpu), memory: parseQuantity(memory) };
}

function podPoints(
  { tenant, namespace, name, object }: Owned<readonly ContainerUsage[]>,
  cluster: string,
  time: number,
): Point[] {
  return object.map(({ container, cores, memory }) => ({
    dataset: containerUsageDataset,
    time,
    tenant,
    dimensions: { cluster, namespace, pod: name, container },
    values: {
      kube_pod_container_cpu_usage_cores: cores,
      kube_pod_container_memory_working_set_bytes: memory,
    },
  }));
}

function nodePoint({ name: node, object }: Owned<Usage>, cluster: string, time: number): Point {
  return {
    dataset: nodeUsageDataset,
    time,
    dimensions: { cluster, node },
    values: { kube_node_cpu_usage_cores: object.cores, kube_node_memory_working_set_bytes: object.memory },
  };
}
