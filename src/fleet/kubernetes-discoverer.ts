import type { KubernetesClient } from '../kubernetes/client.ts';
import { numberAt, textAt, textsAt, type KubeObject } from '../kubernetes/fields.ts';
import type { Discoverer } from './discoverer.ts';
import { placeholdersOfTemplate, toList, type Candidate, type InstanceTemplate } from './found-instance.ts';

/** Which objects of a cluster are instances. */
export interface KubernetesSelection {
  readonly kind: 'statefulsets' | 'deployments' | 'services';
  /** All namespaces when left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector: string;
}

interface KubernetesDiscovererOptions extends Omit<Discoverer, 'list' | 'watch'> {
  readonly selection: KubernetesSelection;
  readonly template: InstanceTemplate;
  readonly cluster: string;
  /** The client of the cluster as it is now. @throws Failure when it has none */
  readonly client: () => Pick<KubernetesClient, 'list'>;
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
 * Takes workloads, or services, of a cluster for instances; one with `replicas: 0` is asleep. Pods are asked for only
 * where a template names their node.
 */
export function createKubernetesDiscoverer(options: KubernetesDiscovererOptions): Discoverer {
  const { selection, template, cluster, client } = options;
  const { kind, namespace, labelSelector } = selection;
  const where = { labelSelector, ...(namespace === undefined ? {} : { namespace }) };
  const asksNodes = placeholdersOfTemplate(template).includes('node');

  return {
    ...options,
    async list(signal) {
      const request = {
        ...where,
        name: kind,
        path: PATHS[kind],
        pick: (object: KubeObject) => workloadOf(object, kind),
      };
      const workloads = await client().list(request, signal);
      const pods = asksNodes
        ? await client().list({ ...where, name: 'pods', path: '/api/v1/pods', pick: podOf }, signal)
        : [];
      return toList(
        template,
        workloads.map((workload) => candidateOf(workload, nodeOf(workload, pods), cluster)),
      );
    },
  };
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

/** The nodes that its pods run on, by name: an instance of several nodes runs on several machines. */
function nodeOf({ namespace, selector }: Workload, pods: readonly Pod[]): string | undefined {
  const wanted = Object.entries(selector);
  if (wanted.length === 0) return undefined;
  const own = pods.filter(
    (pod) => pod.namespace === namespace && wanted.every(([name, value]) => pod.labels[name] === value),
  );
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
