import type { KubernetesClient } from '../kubernetes/client.ts';
import { numberAt, textAt, textsAt, type KubeObject } from '../kubernetes/fields.ts';
import type { Resource } from '../kubernetes/resource.ts';
import { createWatch, type Watch } from '../kubernetes/watch.ts';
import type { Clock, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { Discoverer } from './discoverer.ts';
import { placeholdersOfTemplate, toList, type Candidate, type InstanceTemplate } from './found-instance.ts';

/** Which objects of a cluster are instances. */
export interface KubernetesSelection {
  readonly kind: 'statefulsets' | 'deployments' | 'services';
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector: string;
}

interface KubernetesDiscovererOptions extends Omit<Discoverer, 'list' | 'watch' | 'close'> {
  readonly selection: KubernetesSelection;
  readonly template: InstanceTemplate;
  readonly cluster: string;
  /** The client of the cluster as it is now. @throws Failure when it has none */
  readonly client: () => KubernetesClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

interface Watching {
  readonly client: KubernetesClient;
  readonly workloads: Watch<Workload>;
  readonly pods?: Watch<Pod>;
}

interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Labels of its pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly asleep: boolean;
}

interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string;
}

const PATHS = {
  statefulsets: '/apis/apps/v1/statefulsets',
  deployments: '/apis/apps/v1/deployments',
  services: '/api/v1/services',
};
const LABEL = 'label.';
const ANNOTATION = 'annotation.';

/**
 * Takes workloads, or services, of a cluster for instances; one with `replicas: 0` is asleep. They are watched from the
 * first list on, over one connection for each kind; pods are, only where a template names their node.
 */
export function createKubernetesDiscoverer(options: KubernetesDiscovererOptions): Discoverer {
  const { selection, template, cluster, client } = options;
  const { kind, namespace, labelSelector } = selection;
  const where = { labelSelector, ...(namespace === undefined ? {} : { namespace }) };
  const workloads: Resource<Workload> = { ...where, name: kind, path: PATHS[kind], pick: pickOf(kind) };
  const podsOf: Resource<Pod> = { ...where, name: 'pods', path: '/api/v1/pods', pick: podOf };
  const asksNodes = placeholdersOfTemplate(template).includes('node');
  let watching: Watching | undefined;

  /** Watches over the client as it is now. */
  function watches(): Watching {
    const now = client();
    if (watching?.client === now) return watching;
    void close();
    watching = {
      client: now,
      workloads: createWatch(workloads, { ...options, client: now }),
      ...(asksNodes ? { pods: createWatch(podsOf, { ...options, client: now }) } : {}),
    };
    return watching;
  }

  async function close(): Promise<void> {
    const old = watching;
    watching = undefined;
    await Promise.all([old?.workloads.close(), old?.pods?.close()]);
  }

  return {
    ...options,
    close,
    async list(signal) {
      const { workloads: found, pods: running } = watches();
      const objects = await found.objects(signal);
      const pods = Map.groupBy((await running?.objects(signal))?.values() ?? [], (pod) => pod.namespace);
      const candidates = Array.from(objects)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, workload]) =>
          candidateOf(workload, nodeOf(workload, pods.get(workload.namespace) ?? []), cluster),
        );
      return toList(template, candidates);
    },
  };
}

function pickOf(kind: KubernetesSelection['kind']): (object: KubeObject) => Workload {
  return (object) => workloadOf(object, kind);
}

function workloadOf(object: KubeObject, kind: KubernetesSelection['kind']): Workload {
  const selector = kind === 'services' ? ['spec', 'selector'] : ['spec', 'selector', 'matchLabels'];
  return {
    name: textAt(object, 'metadata', 'name') ?? '',
    namespace: textAt(object, 'metadata', 'namespace') ?? '',
    labels: textsAt(object, 'metadata', 'labels'),
    annotations: textsAt(object, 'metadata', 'annotations'),
    selector: textsAt(object, ...selector),
    asleep: numberAt(object, 'spec', 'replicas') === 0,
  };
}

function podOf(object: KubeObject): Pod | undefined {
  const node = textAt(object, 'spec', 'nodeName');
  if (node === undefined) return undefined;
  const namespace = textAt(object, 'metadata', 'namespace') ?? '';
  return { node, namespace, labels: textsAt(object, 'metadata', 'labels') };
}

/** The nodes that its pods run on, among those of its namespace: an instance of several nodes runs on several machines. */
function nodeOf({ selector }: Workload, pods: readonly Pod[]): string | undefined {
  const wanted = Object.entries(selector);
  if (wanted.length === 0) return undefined;
  const own = pods.filter((pod) => wanted.every(([name, value]) => pod.labels[name] === value));
  const nodes = [...new Set(own.map(({ node }) => node))].toSorted();
  return nodes.length === 0 ? undefined : nodes.join(',');
}

function candidateOf(workload: Workload, node: string | undefined, cluster: string): Candidate {
  const { name, namespace, labels, annotations, asleep } = workload;
  const own: Readonly<Record<string, string | undefined>> = { name, namespace, node, cluster };

  function find(placeholder: string): string | undefined {
    if (placeholder.startsWith(LABEL)) return labels[placeholder.slice(LABEL.length)];
    if (placeholder.startsWith(ANNOTATION)) return annotations[placeholder.slice(ANNOTATION.length)];
    return own[placeholder];
  }

  return { what: `${namespace}/${name}`, asleep, find };
}
