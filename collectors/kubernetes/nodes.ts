import { flagAt, objectsAt, textAt, textsAt, type KubeObject } from '../../src/kubernetes/fields.ts';
import { parseQuantity } from '../../src/kubernetes/quantity.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import type { Point } from '../../src/model/point.ts';
import type { Owned } from './clusters.ts';
import type { Question } from './poll.ts';
import { nodeConditionDataset, nodeDataset, nodeResourceDataset } from './schema.ts';

interface Amount {
  readonly resource: string;
  readonly capacity: number | undefined;
  readonly allocatable: number | undefined;
}

/** What is read of a node. */
export interface NodeState {
  readonly isCordoned: boolean;
  readonly isReady: boolean;
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
  readonly amounts: readonly Amount[];
}

/** Every node of the cluster. */
export const nodeResource: Resource<NodeState> = { name: 'nodes', path: '/api/v1/nodes', pick: pickNode };

/** kube-state-metrics's units; what is not here is counted in pieces. */
const UNITS: Readonly<Record<string, string>> = { cpu: 'core', memory: 'byte', ephemeral_storage: 'byte' };

/** Whether nodes are well, and what they have. */
export const nodesQuestion: Question = {
  name: 'kubernetes/nodes',
  datasets: [nodeDataset, nodeConditionDataset, nodeResourceDataset],
  async ask(cluster, context) {
    const nodes = await cluster.objects(nodeResource, context);
    const time = context.clock.now();
    return nodes.flatMap((node) => pointsOf(node, cluster.name, time));
  },
};

function pickNode(object: KubeObject): NodeState {
  const conditions = objectsAt(object, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type') ?? '',
    status: textAt(condition, 'status')?.toLowerCase() ?? 'unknown',
  }));
  return {
    conditions,
    isCordoned: flagAt(object, 'spec', 'unschedulable'),
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'true'),
    amounts: amountsOf(textsAt(object, 'status', 'capacity'), textsAt(object, 'status', 'allocatable')),
  };
}

/** Huge pages and attachable volumes of old are left out: zero nearly everywhere, or told by CSINode. */
function amountsOf(
  capacity: Readonly<Record<string, string>>,
  allocatable: Readonly<Record<string, string>>,
): Amount[] {
  return Object.keys({ ...capacity, ...allocatable })
    .filter((name) => !/^(?:hugepages|attachable-volumes)-/.test(name))
    .map((name) => ({
      resource: name.replaceAll(/[^A-Za-z0-9_]/g, '_'),
      capacity: parseQuantity(capacity[name]),
      allocatable: parseQuantity(allocatable[name]),
    }));
}

function pointsOf({ name: node, object }: Owned<NodeState>, cluster: string, time: number): Point[] {
  const base = { cluster, node };
  return [
    {
      dataset: nodeDataset,
      time,
      dimensions: base,
      values: { kube_node_spec_unschedulable: Number(object.isCordoned) },
    },
    ...object.conditions.map(({ type, status }): Point => {
      const dimensions = { ...base, condition: type, status };
      return { dataset: nodeConditionDataset, time, dimensions, values: { kube_node_status_condition: 1 } };
    }),
    ...object.amounts.map(({ resource, capacity, allocatable }): Point => {
      const dimensions = { ...base, resource, unit: UNITS[resource] ?? 'integer' };
      const values = { kube_node_status_capacity: capacity, kube_node_status_allocatable: allocatable };
      return { dataset: nodeResourceDataset, time, dimensions, values };
    }),
  ];
}
