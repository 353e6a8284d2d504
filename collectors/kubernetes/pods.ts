import type { CollectContext } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { Cluster, Owned } from './clusters.ts';
import {
  containerDataset,
  containerReasonDataset,
  nodePodsDataset,
  podConditionDataset,
  podDataset,
  podPhaseDataset,
  podReasonDataset,
} from './pod-schema.ts';
import { podResource, type ContainerState, type PodState } from './pod.ts';
import type { Question } from './poll.ts';

type Row = Pick<Point, 'dataset' | 'dimensions' | 'values'>;

/** How pods and their containers are, and how many there are on each node. */
export const podsQuestion: Question = {
  name: 'kubernetes/pods',
  datasets: [
    podPhaseDataset,
    podConditionDataset,
    podReasonDataset,
    podDataset,
    containerDataset,
    containerReasonDataset,
    nodePodsDataset,
  ],
  async ask(cluster, context) {
    const pods = await cluster.objects(podResource, context);
    return [...pods.flatMap((pod) => pointsOf(pod, cluster, context)), ...podsByNode(pods, cluster, context)];
  },
};

function pointsOf(
  { tenant, namespace, name, object }: Owned<PodState>,
  cluster: Cluster,
  { clock }: CollectContext,
): Point[] {
  const time = clock.now();
  const base = { cluster: cluster.name, namespace, pod: name };
  const rows = [...podRows(object), ...object.containers.flatMap((each) => [...containerRows(each)])];
  return rows.map(({ dataset, dimensions, values }) => ({
    dataset,
    time,
    tenant,
    dimensions: { ...base, ...dimensions },
    values,
  }));
}

function* podRows(pod: PodState): Iterable<Row> {
  const { phase, reason, isOver, unschedulable } = pod;
  yield { dataset: podPhaseDataset, dimensions: { phase }, values: { kube_pod_status_phase: 1 } };
  if (reason !== undefined)
    yield { dataset: podReasonDataset, dimensions: { reason }, values: { kube_pod_status_reason: 1 } };
  if (isOver) return;
  yield* conditionRows(pod);
  if (unschedulable.length === 0) return;
  yield { dataset: podDataset, dimensions: {}, values: { kube_pod_status_unschedulable: 1 } };
  for (const each of unschedulable)
    yield {
      dataset: podReasonDataset,
      dimensions: { reason: each },
      values: { kube_pod_status_unschedulable_reason: 1 },
    };
}

/** One row for each status that one of the two has. */
function* conditionRows({ ready, scheduled }: PodState): Iterable<Row> {
  for (const condition of new Set([ready, scheduled])) {
    if (condition === undefined) continue;
    const values = {
      kube_pod_status_ready: ready === condition ? 1 : undefined,
      kube_pod_status_scheduled: scheduled === condition ? 1 : undefined,
    };
    yield { dataset: podConditionDataset, dimensions: { condition }, values };
  }
}

function* containerRows(state: ContainerState): Iterable<Row> {
  const dimensions = { container: state.name };
  yield { dataset: containerDataset, dimensions, values: valuesOf(state) };
  const stem = state.isInit ? 'kube_pod_init_container_status' : 'kube_pod_container_status';
  const reasons = new Set([state.waiting, state.lastTerminated]);
  for (const reason of reasons) {
    if (reason === undefined) continue;
    const values = {
      [`${stem}_waiting_reason`]: state.waiting === reason ? 1 : undefined,
      [`${stem}_last_terminated_reason`]: state.lastTerminated === reason ? 1 : undefined,
    };
    yield { dataset: containerReasonDataset, dimensions: { ...dimensions, reason }, values };
  }
}

function valuesOf(state: ContainerState): Point['values'] {
  if (state.isInit)
    return {
      kube_pod_init_container_status_restarts_total: state.restarts,
      kube_pod_init_container_status_ready: Number(state.isReady),
      kube_pod_init_container_status_last_terminated_exitcode: state.lastExitCode,
    };
  return {
    kube_pod_container_status_restarts_total: state.restarts,
    kube_pod_container_status_ready: Number(state.isReady),
    kube_pod_container_status_last_terminated_exitcode: state.lastExitCode,
    kube_pod_container_status_last_terminated_timestamp: state.lastTerminatedAt,
  };
}

function podsByNode(pods: readonly Owned<PodState>[], cluster: Cluster, { clock }: CollectContext): Point[] {
  return Array.from(countByNode(pods), ([node, count]) => ({
    dataset: nodePodsDataset,
    time: clock.now(),
    dimensions: { cluster: cluster.name, node },
    values: { kube_node_pods: count },
  }));
}

/** Pods of each node that have not ended: those count against what the node takes. */
export function countByNode(pods: readonly Owned<PodState>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { object } of pods) {
    if (object.node !== undefined && !object.isOver)
      counts.set(object.node, (counts.get(object.node) ?? 0) + 1);
  }
  return counts;
}
