import type { CollectContext, Target } from '../../src/collect/contract.ts';
import type { KubernetesClient } from '../../src/kubernetes/client.ts';
import type { KubernetesClients } from '../../src/kubernetes/clients.ts';
import { textAt, textsAt } from '../../src/kubernetes/fields.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import { createWatch, type Watch } from '../../src/kubernetes/watch.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Clock, Log, Random } from '../../src/model/ports.ts';
import type { SelfMetrics } from '../../src/model/self-metrics.ts';
import { withDeadline } from '../../src/model/with-deadline.ts';
import type { ClusterSettings, KubernetesSettings } from './settings.ts';
import { createTenantOf } from './tenant-of.ts';

/** Under the deadline of a poll, so that the poll says what it waited for. */
const FIRST_LIST_MS = 8000;

const namespaces: Resource<null> = { name: 'namespaces', path: '/api/v1/namespaces', pick: () => null };

/** An object of the cluster, and whose it is. */
export interface Owned<T> {
  /** '' for nobody's. */
  readonly tenant: string;
  /** '' for what has none. */
  readonly namespace: string;
  readonly name: string;
  readonly object: T;
}

/** One cluster: its API, and what is watched of it. */
export interface Cluster {
  readonly name: string;
  readonly client: KubernetesClient;
  /** Label that may name the tenant of an object. */
  readonly tenantLabel: string | undefined;
  /** All objects of a kind, from its watch, which begins with the first call. @throws Failure why they are not known */
  objects<T>(resource: Resource<T>, context: CollectContext): Promise<readonly Owned<T>[]>;
  /** Gives what was read without a watch its owners. */
  owned<T>(read: Iterable<Labelled<T>>, context: CollectContext): Promise<readonly Owned<T>[]>;
}

/** The clusters of the configuration, each connected at its first poll and again when its settings change. */
export interface Clusters {
  /** @throws Failure `invalid` for a place that the configuration does not have */
  at(target: Target): Cluster;
  /** Ends all watches of a cluster, and with them their connections. */
  forget(target: Target): Promise<void>;
}

export interface ClustersOptions {
  /** Shared with whoever else talks to the clusters. */
  readonly kubernetes: KubernetesClients;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly settings: () => { readonly kubernetes: KubernetesSettings };
}

/** What is kept of an object for `tenant_label`, besides what the poll picks. */
export interface Labelled<T> {
  readonly namespace: string;
  readonly name: string;
  readonly label: string | undefined;
  readonly object: T;
}

export function createClusters(options: ClustersOptions): Clusters {
  const connected = new Map<string, { key: string; cluster: Cluster; close(): Promise<void> }>();

  function at({ place }: Target): Cluster {
    const settings = options.settings().kubernetes.clusters.find(({ name }) => name === place?.name);
    if (settings === undefined)
      throw new Failure('invalid', `no cluster ${place?.name} in collectors.kubernetes.clusters`);
    // What only maps tenants needs no new watch.
    const key = JSON.stringify([settings.kubeconfig, settings.context, settings.tenant_label]);
    const known = connected.get(settings.name);
    if (known?.key === key) return known.cluster;
    void known?.close();
    const made = connectCluster(settings, options);
    connected.set(settings.name, { key, ...made });
    return made.cluster;
  }

  async function forget({ place }: Target): Promise<void> {
    const known = connected.get(place?.name ?? '');
    connected.delete(place?.name ?? '');
    await known?.close();
  }

  return { at, forget };
}

function connectCluster(
  settings: ClusterSettings,
  options: ClustersOptions,
): { cluster: Cluster; close(): Promise<void> } {
  const { name, tenant_label: tenantLabel } = settings;
  const client = options.kubernetes.at(name);
  const watches = new Map<string, Watch<unknown>>();

  function watchOf<T>(resource: Resource<T>): Watch<Labelled<T>> {
    const labelled = withLabel(resource, tenantLabel);
    const known = watches.get(resource.path) ?? createWatch(labelled, { ...options, client });
    watches.set(resource.path, known);
    // A path is watched for one resource only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return known as Watch<Labelled<T>>;
  }

  async function seen<T>(resource: Resource<T>, context: CollectContext): Promise<Iterable<Labelled<T>>> {
    const watch = watchOf(resource);
    const { clock, signal } = context;
    const found = await withDeadline(clock, FIRST_LIST_MS, signal, (within) => watch.objects(within)).catch(
      (error: unknown) => {
        throw isOwnDeadline(error)
          ? new Failure('timeout', `${name}: list ${resource.name}: nothing yet after 8 s, still trying`)
          : error;
      },
    );
    return found.values();
  }

  async function owned<T>(
    read: Iterable<Labelled<T>>,
    context: CollectContext,
  ): Promise<readonly Owned<T>[]> {
    const all = Array.from(read);
    const ofNamespace = all.some(({ namespace }) => namespace !== '')
      ? await namespaceLabels(context)
      : new Map<string, undefined>();
    const now = options.settings().kubernetes.clusters.find((each) => each.name === name);
    const tenantOf = createTenantOf(now ?? settings);
    return all.map(({ label, ...object }) => {
      const labels = [label, ofNamespace.get(object.namespace)];
      return { ...object, tenant: tenantOf({ labels, namespace: object.namespace }, context.fleet) };
    });
  }

  async function namespaceLabels(context: CollectContext): Promise<ReadonlyMap<string, string | undefined>> {
    if (tenantLabel === undefined) return new Map();
    return new Map(Array.from(await seen(namespaces, context), (each) => [each.name, each.label]));
  }

  async function close(): Promise<void> {
    await Promise.all(Array.from(watches.values(), (watch) => watch.close()));
  }

  const cluster: Cluster = {
    name,
    client,
    tenantLabel,
    objects: async (resource, context) => owned(await seen(resource, context), context),
    owned,
  };
  return { cluster, close };
}

/** A resource whose objects are kept with their names and the label that names their tenant. */
export function withLabel<T>(resource: Resource<T>, tenantLabel: string | undefined): Resource<Labelled<T>> {
  return {
    ...resource,
    pick(object) {
      const picked = resource.pick(object);
      if (picked === undefined) return undefined;
      return {
        namespace: textAt(object, 'metadata', 'namespace') ?? '',
        name: textAt(object, 'metadata', 'name') ?? '',
        label: tenantLabel === undefined ? undefined : textsAt(object, 'metadata', 'labels')[tenantLabel],
        object: picked,
      };
    },
  };
}

function isOwnDeadline(error: unknown): boolean {
  return error instanceof Failure && error.message === `no answer in ${FIRST_LIST_MS} ms`;
}
