import type { FakeKubernetes, FakeObject } from './kubernetes-api.ts';

/** The collections that the collector reads. */
export const PATHS = {
  pods: '/api/v1/pods',
  nodes: '/api/v1/nodes',
  namespaces: '/api/v1/namespaces',
  events: '/api/v1/events',
  resourcequotas: '/api/v1/resourcequotas',
  persistentvolumeclaims: '/api/v1/persistentvolumeclaims',
  deployments: '/apis/apps/v1/deployments',
  statefulsets: '/apis/apps/v1/statefulsets',
  csinodes: '/apis/storage.k8s.io/v1/csinodes',
  volumeattachments: '/apis/storage.k8s.io/v1/volumeattachments',
  podMetrics: '/apis/metrics.k8s.io/v1beta1/pods',
  nodeMetrics: '/apis/metrics.k8s.io/v1beta1/nodes',
} as const;

/** A cluster of synthetic objects, in the shape of Kubernetes 1.36, with each trouble once. */
export function fillCluster(
  api: FakeKubernetes,
  objects: Readonly<Record<string, readonly FakeObject[]>>,
): void {
  for (const [name, list] of Object.entries(objects))
    for (const object of list) api.put(PATHS[name as keyof typeof PATHS], object);
}
