import type { Point } from '../../src/model/point.ts';
import type { Owned } from './clusters.ts';
import { containerResourceDataset, podInfoDataset } from './pod-schema.ts';
import { podResource, type PodState } from './pod.ts';
import type { Question } from './poll.ts';

const UNITS = { cpu: 'core', memory: 'byte' } as const;

/** What pods are, and what they ask for: it hardly changes, so it is told every two minutes only. */
export const podInfoQuestion: Question = {
  name: 'kubernetes/pod-info',
  datasets: [podInfoDataset, containerResourceDataset],
  intervalMs: 120_000,
  async ask(cluster, { clock, ...context }) {
    const pods = await cluster.objects(podResource, { clock, ...context });
    const time = clock.now();
    return pods.flatMap((pod) => pointsOf(pod, cluster.name, time));
  },
};

function pointsOf(
  { tenant, namespace, name, object }: Owned<PodState>,
  cluster: string,
  time: number,
): Point[] {
  const { node = '', owner, resources } = object;
  const base = { cluster, namespace, pod: name, node };
  const info: Point = {
    dataset: podInfoDataset,
    time,
    tenant,
    dimensions: { ...base, created_by_kind: owner?.kind ?? '', created_by_name: owner?.name ?? '' },
    values: { kube_pod_info: 1 },
  };
  const asked = resources.map(({ container, resource, request, limit }): Point => {
    return {
      dataset: containerResourceDataset,
      time,
      tenant,
      dimensions: { ...base, container, resource, unit: UNITS[resource] },
      values: {
        kube_pod_container_resource_requests: request,
        kube_pod_container_resource_limits: limit,
      },
    };
  });
  return [info, ...asked];
}
