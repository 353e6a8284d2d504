import type { Fleet } from '../../src/collect/contract.ts';
import { newest } from '../../src/collect/newest-samples.ts';
import { labelValue, type Labels } from '../../src/model/labels.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import type { Pot, Share } from './pot.ts';
import type { Prices } from './settings.ts';

const GIB = 2 ** 30;
const REQUESTS = 'kube_pod_container_resource_requests';
const CPU_USAGE = 'kube_pod_container_cpu_usage_cores';
const MEMORY_USAGE = 'kube_pod_container_memory_working_set_bytes';
const CAPACITY = 'kube_node_status_capacity';

type Resource = 'cpu' | 'memory';

/** What one container asks for and uses, cores and bytes. */
interface Container {
  readonly cluster: string;
  readonly tenant: string;
  readonly taken: Record<Resource, number>;
}

/**
 * Kubernetes clusters: workload is the greater of request and usage of each container, by the price of CPU and memory;
 * what nodes have beyond that is idle, shared in the proportion of the workloads. Pods of nobody have their share, too.
 * Source: the OpenCost specification, https://opencost.io/docs/specification.
 */
export function clusterPots(series: SeriesReader, prices: Prices, fleet: Fleet, now: number): Pot[] {
  const workloads = workloadsOf(containersOf(series, fleet, now), prices);
  const capacities = capacitiesOf(series, prices, now);
  const clusters = new Set([...workloads.keys(), ...capacities.keys()]);
  return [...clusters].map((cluster) => potOf(workloads.get(cluster) ?? new Map(), capacities.get(cluster)));
}

/** @param capacity money per hour; where it is not known, the workloads are all that is counted */
function potOf(workloads: ReadonlyMap<string, number>, capacity: number | undefined): Pot {
  const taken = [...workloads.values()].reduce((sum, rate) => sum + rate, 0);
  const rate = capacity ?? taken;
  const idle = Math.max(0, rate - taken);
  const shares = [...workloads].flatMap(([tenant, workload]): Share[] => [
    { tenant, component: 'compute', weight: workload },
    { tenant, component: 'compute_idle', weight: taken > 0 ? (idle * workload) / taken : 0 },
  ]);
  return { rate, component: 'compute_idle', shares };
}

/** Money per hour by cluster and tenant. */
function workloadsOf(containers: Iterable<Container>, prices: Prices): Map<string, Map<string, number>> {
  const workloads = new Map<string, Map<string, number>>();
  for (const { cluster, tenant, taken } of containers) {
    const ofCluster = workloads.get(cluster) ?? new Map<string, number>();
    workloads.set(cluster, ofCluster);
    ofCluster.set(tenant, (ofCluster.get(tenant) ?? 0) + rateOf(taken, prices));
  }
  return workloads;
}

function containersOf(series: SeriesReader, fleet: Fleet, now: number): Iterable<Container> {
  const containers = new Map<string, Container>();

  function take(labels: Labels, resource: Resource, value: number): void {
    const key = ['cluster', 'namespace', 'pod', 'container']
      .map((name) => labelValue(labels, name))
      .join('\n');
    let container = containers.get(key);
    if (container === undefined) {
      const tenant = fleet.find(labelValue(labels, 'tenant'))?.tenant ?? '';
      container = { cluster: labelValue(labels, 'cluster'), tenant, taken: { cpu: 0, memory: 0 } };
      containers.set(key, container);
    }
    container.taken[resource] = Math.max(container.taken[resource], value);
  }

  for (const { labels, value } of newest(series, REQUESTS, now)) {
    const resource = labelValue(labels, 'resource');
    // What waits for a node takes nothing of one.
    if (labelValue(labels, 'node') === '' || (resource !== 'cpu' && resource !== 'memory')) continue;
    take(labels, resource, value);
  }
  for (const { labels, value } of newest(series, CPU_USAGE, now)) take(labels, 'cpu', value);
  for (const { labels, value } of newest(series, MEMORY_USAGE, now)) take(labels, 'memory', value);
  return containers.values();
}

/** Money per hour by cluster. */
function capacitiesOf(series: SeriesReader, prices: Prices, now: number): Map<string, number> {
  const capacities = new Map<string, number>();
  for (const { labels, value } of newest(series, CAPACITY, now)) {
    const resource = labelValue(labels, 'resource');
    if (resource !== 'cpu' && resource !== 'memory') continue;
    const cluster = labelValue(labels, 'cluster');
    const rate = rateOf({ cpu: 0, memory: 0, [resource]: value }, prices);
    capacities.set(cluster, (capacities.get(cluster) ?? 0) + rate);
  }
  return capacities;
}

function rateOf({ cpu, memory }: Readonly<Record<Resource, number>>, prices: Prices): number {
  return cpu * prices.vcpu_hour + (memory / GIB) * prices.gib_hour;
}
