import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import type { KubernetesAccess } from './access.ts';
import { createKubernetesClient, type KubernetesClient } from './client.ts';

/** A cluster by its name in the configuration. */
export interface NamedCluster extends KubernetesAccess {
  readonly name: string;
}

export interface KubernetesClientsOptions {
  readonly clock: Clock;
  /** As they are in the configuration now. */
  readonly clusters: () => readonly NamedCluster[];
}

/** The clients of clusters, each made when it is first asked for, and anew when its access was changed. */
export interface KubernetesClients {
  /** @throws Failure `invalid` for a cluster that is not configured */
  at(cluster: string): KubernetesClient;
  close(): Promise<void>;
}

export function createKubernetesClients({ clock, clusters }: KubernetesClientsOptions): KubernetesClients {
  const kept = new Map<string, { key: string; client: KubernetesClient }>();

  function at(cluster: string): KubernetesClient {
    const named = clusters().find(({ name }) => name === cluster);
    if (named === undefined)
      throw new Failure('invalid', `no cluster ${cluster} in collectors.kubernetes.clusters`);
    const access = { kubeconfig: named.kubeconfig, context: named.context };
    const key = JSON.stringify(access);
    const known = kept.get(cluster);
    if (known?.key === key) return known.client;
    void known?.client.close();
    const client = createKubernetesClient({ cluster, access, clock });
    kept.set(cluster, { key, client });
    return client;
  }

  return {
    at,
    async close() {
      await Promise.all([...kept.values()].map(({ client }) => client.close()));
      kept.clear();
    },
  };
}
