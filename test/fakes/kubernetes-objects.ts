import { readFileSync } from 'node:fs';
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
export type Kind = keyof typeof PATHS;

/** Where a kubelet tells how full its volumes are, through the API server. */
export const SUMMARY_PATH = '/api/v1/nodes/node-1/proxy/stats/summary';

/** A cluster of synthetic objects, in the shape of Kubernetes 1.36, with each trouble once. */
export const OBJECTS = readFixture('objects.json') as Readonly<Record<Kind, readonly FakeObject[]>>;
export const SUMMARY = readFixture('stats-summary.json') as object;

function readFixture(name: string): unknown {
  const url = new URL(`../../collectors/kubernetes/fixtures/${name}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

/** Puts objects into a fake cluster. */
export function fillCluster(
  api: FakeKubernetes,
  objects: Readonly<Partial<Record<Kind, readonly FakeObject[]>>> = OBJECTS,
): void {
  for (const [name, path] of Object.entries(PATHS))
    for (const object of objects[name as Kind] ?? []) api.put(path, object);
  api.documents.set(SUMMARY_PATH, SUMMARY);
}
