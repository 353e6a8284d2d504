import { newest } from '../../src/collect/newest-samples.ts';
import { labelValue } from '../../src/model/labels.ts';
import type { SeriesReader, TimeRange } from '../../src/model/series.ts';
import { BINS, createBins, MINUTE_MS, type Bins, type Measure } from './bins.ts';
import { createIncrementReader, type Increment, type IncrementReader } from './increments.ts';
import type { Pod, Pods } from './pods.ts';
import type { Occupant } from './score.ts';

/** Samples may be seen so late, ms. */
const LATE_MS = 60_000;
/** What is read at first, ms: an hour, and what is before and after it. */
const FIRST_MS = (BINS + 10) * MINUTE_MS;

/** A node and who is on it. */
export interface Node {
  readonly cluster: string;
  readonly node: string;
  readonly occupants: readonly Occupant[];
}

/** What tenants take and how they wait, on each node, by minute. It is kept in memory: the hour begins anew with each start. */
export interface Occupancy {
  /** Takes up what is new since the last time. */
  update(series: SeriesReader, pods: Pods, now: number): void;
  nodes(series: SeriesReader, pods: Pods, now: number): Node[];
}

/** The counter is read more often than the metrics server measures: where both are there, it is the one that counts. */
export function createOccupancy(): Occupancy {
  const usage = createIncrementReader('container_cpu_usage_seconds_total', 'counter');
  const cores = createIncrementReader('kube_pod_container_cpu_usage_cores', 'gauge');
  const sums: readonly (readonly [IncrementReader, Measure, Measure?])[] = [
    [createIncrementReader('container_pressure_cpu_waiting_seconds_total', 'counter'), 'waiting', 'watched'],
    [createIncrementReader('container_cpu_cfs_periods_total', 'counter'), 'periods'],
    [createIncrementReader('container_cpu_cfs_throttled_periods_total', 'counter'), 'throttled'],
  ];
  const occupants = new Map<string, { readonly pod: Pod; readonly bins: Bins }>();
  let readTo: number | undefined;

  function update(series: SeriesReader, pods: Pods, now: number): void {
    const start = readTo === undefined || readTo > now ? now - FIRST_MS : readTo - LATE_MS;
    const range = { start, end: now };
    const counted = new Set<Pod>();
    for (const increment of usage.read(series, range)) {
      const pod = take(increment, pods, 'cpu', 'seen');
      if (pod !== undefined) counted.add(pod);
    }
    takeGauges(series, range, pods, counted);
    for (const [reader, measure, seen] of sums)
      for (const increment of reader.read(series, range)) take(increment, pods, measure, seen);
    readTo = now;
    const oldest = Math.floor(now / MINUTE_MS) - BINS;
    for (const [key, { bins }] of occupants) if (bins.last < oldest) occupants.delete(key);
  }

  function takeGauges(series: SeriesReader, range: TimeRange, pods: Pods, counted: ReadonlySet<Pod>): void {
    for (const increment of cores.read(series, range)) {
      const pod = pods.of(increment.labels);
      if (pod !== undefined && !counted.has(pod)) take(increment, pods, 'cpu', 'seen');
    }
  }

  function take(
    { labels, from, to, amount }: Increment,
    pods: Pods,
    measure: Measure,
    seen?: Measure,
  ): Pod | undefined {
    const pod = pods.of(labels);
    if (pod === undefined) return undefined;
    const bins = binsOf(pod);
    bins.add(measure, from, to, amount);
    if (seen !== undefined) bins.add(seen, from, to, (to - from) / 1000);
    return pod;
  }

  function binsOf(pod: Pod): Bins {
    const key = keyOf(pod);
    let known = occupants.get(key);
    if (known === undefined) occupants.set(key, (known = { pod, bins: createBins() }));
    return known.bins;
  }

  function nodes(series: SeriesReader, pods: Pods, now: number): Node[] {
    const requests = requestsOf(series, pods, now);
    const byNode = new Map<string, { cluster: string; node: string; occupants: Occupant[] }>();
    for (const [key, { pod, bins }] of occupants) {
      const name = `${pod.cluster}\n${pod.node}`;
      const known = byNode.get(name) ?? { cluster: pod.cluster, node: pod.node, occupants: [] };
      byNode.set(name, known);
      known.occupants.push({ tenant: pod.tenant, bins, requested: requests.get(key) ?? 0 });
    }
    return [...byNode.values()];
  }

  return { update, nodes };
}

/** Cores that are kept, by node and tenant. */
function requestsOf(series: SeriesReader, pods: Pods, now: number): Map<string, number> {
  const requests = new Map<string, number>();
  for (const { labels, value } of newest(series, 'kube_pod_container_resource_requests', now)) {
    if (labelValue(labels, 'resource') !== 'cpu') continue;
    const pod = pods.of(labels);
    if (pod !== undefined) requests.set(keyOf(pod), (requests.get(keyOf(pod)) ?? 0) + value);
  }
  return requests;
}

function keyOf({ cluster, node, tenant }: Pod): string {
  return `${cluster}\n${node}\n${tenant}`;
}
