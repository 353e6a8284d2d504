import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import type { KubeObject } from '../../../src/kubernetes/fields.ts';

const DEADLINE_MS = 30_000;

/** Creates an object: `/api/v1/namespaces/acme/pods`. */
export function create(client: KubernetesClient, path: string, body: object): Promise<KubeObject> {
  return client.call({ path, method: 'POST', body, signal: AbortSignal.timeout(DEADLINE_MS) });
}

/** Merges into an object, or into its status: `…/pods/octopus-0/status`. */
export function patch(client: KubernetesClient, path: string, body: object): Promise<KubeObject> {
  const contentType = 'application/merge-patch+json';
  return client.call({ path, method: 'PATCH', body, contentType, signal: AbortSignal.timeout(DEADLINE_MS) });
}

export function replace(client: KubernetesClient, path: string, body: object): Promise<KubeObject> {
  return client.call({ path, method: 'PUT', body, signal: AbortSignal.timeout(DEADLINE_MS) });
}

export function remove(client: KubernetesClient, path: string): Promise<KubeObject> {
  return client.call({ path, method: 'DELETE', signal: AbortSignal.timeout(DEADLINE_MS) });
}

export async function createNamespace(
  client: KubernetesClient,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  await create(client, '/api/v1/namespaces', { metadata: { name, labels } });
}

/** A pod as it is sent; with a node, as there is no scheduler. */
export function pod(name: string, nodeName?: string): object {
  const containers = [{ name: 'octopus', image: 'octopusdeploy/octopusdeploy' }];
  return { metadata: { name }, spec: { containers, ...(nodeName === undefined ? {} : { nodeName }) } };
}

/** The status that a kubelet would write of a pod that is well. */
export const RUNNING = {
  phase: 'Running',
  conditions: [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: 'True' },
  ],
  containerStatuses: [
    {
      name: 'octopus',
      image: 'octopusdeploy/octopusdeploy',
      imageID: '',
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: '2026-11-21T06:00:00Z' } },
      lastState: {},
    },
  ],
};

/** RUNNING with another state of its container. */
export function withContainer(container: object, ready = 'False'): object {
  const [status] = RUNNING.containerStatuses;
  return {
    ...RUNNING,
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: ready },
    ],
    containerStatuses: [{ ...status, ready: false, ...container }],
  };
}
