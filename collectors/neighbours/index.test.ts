import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { configSchema } from '../../src/config/schema.ts';
import { METRIC_NAME } from '../../src/model/labels.ts';
import type { Point } from '../../src/model/point.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import { SeededRandom } from '../../src/simulator/random.ts';
import {
  FIXTURE_TIME,
  testPollContract,
  type Condition,
} from '../../test/contract/poll-collector-contract.ts';
import { pollerOf } from '../capacity/testing/polled.ts';
import { createNeighbours } from './index.ts';
import { neighboursDatasets } from './schema.ts';

const MINUTE = 60_000;
const START = FIXTURE_TIME - 62 * MINUTE;
const { collectors } = configSchema.parse({
  collectors: { neighbours: { database_load_metric: 'db_dtus' } },
});

function instance(tenant: string, server = ''): Target {
  return { tenant, info: { database_server: server }, files: {}, timeZone: 'UTC' };
}

/** A tenant on a node: cores and the share of each minute that it waits. */
interface Tenant {
  readonly cores: (minute: number) => number;
  readonly waits?: (minute: number) => number;
  readonly requests?: number;
}

interface NodeOptions {
  readonly from?: number;
  readonly to?: number;
  readonly source?: 'cadvisor' | 'throttling' | 'metrics-server';
  readonly node?: string;
}

/** Writes the minutes of a node as the exporters have them. */
function writeNode(
  series: MemorySeries,
  tenants: Readonly<Record<string, Tenant>>,
  { from = 0, to = 62, source = 'cadvisor', node = 'n1' }: NodeOptions = {},
): void {
  for (const [tenant, { cores, waits, requests = 1 }] of Object.entries(tenants)) {
    const of = { namespace: `ns-${tenant}`, pod: 'octopus-0', container: 'octopus' };
    const ours = { ...of, cluster: 'k1', tenant };
    const theirs = { ...of, job: 'cadvisor', instance: node };
    const sums = { used: 0, waited: 0, throttled: 0 };
    for (let minute = from; minute <= to; minute++) {
      const time = START + minute * MINUTE;
      const put = (name: string, labels: Readonly<Record<string, string>>, value: number): void =>
        series.append([{ labels: { ...labels, [METRIC_NAME]: name }, time, value }]);
      put('kube_pod_info', { ...ours, node, container: '' }, 1);
      put('kube_pod_container_resource_requests', { ...ours, node, resource: 'cpu' }, requests);
      const wait = waits?.(minute);
      sums.used += cores(minute) * 60;
      sums.waited += (wait ?? 0) * 60;
      sums.throttled += (wait ?? 0) * 600;
      if (source === 'metrics-server') put('kube_pod_container_cpu_usage_cores', ours, cores(minute));
      else put('container_cpu_usage_seconds_total', theirs, sums.used);
      // The pod as a whole, which is not another container.
      if (source !== 'metrics-server')
        put('container_cpu_usage_seconds_total', { ...theirs, container: '' }, 9 * sums.used);
      if (wait === undefined) continue;
      if (source === 'cadvisor') put('container_pressure_cpu_waiting_seconds_total', theirs, sums.waited);
      else {
        put('container_cpu_cfs_periods_total', theirs, minute * 600);
        put('container_cpu_cfs_throttled_periods_total', theirs, sums.throttled);
      }
    }
  }
}

function pollsOf(
  series: MemorySeries,
  targets: readonly Target[],
): Record<'nodes' | 'databases', (now: number) => Promise<Point[]>> {
  const [nodes, databases] = createNeighbours({ series, settings: () => collectors });
  assert.ok(nodes !== undefined && databases !== undefined);
  const fleet = fleetOf(() => targets);
  return { nodes: pollerOf(nodes, fleet), databases: pollerOf(databases, fleet) };
}

/** The values of a metric by tenant, rounded. */
function byTenant(points: readonly Point[], metric: string): Record<string, number> {
  return Object.fromEntries(
    points.flatMap(({ tenant = '', values }) => {
      const value = values[metric];
      return typeof value === 'number'
        ? [[tenant === '' ? '-' : tenant, Math.round(value * 100) / 100] as const]
        : [];
    }),
  );
}

const bursts = (minute: number): boolean => minute % 10 < 4;
const noise = new SeededRandom('neighbours').next;

/** One that takes six cores in bursts, and four others that then wait for 30 % of the time. */
function burstingNode(): Record<string, Tenant> {
  const quiet = {
    cores: () => 0.5 + noise() * 0.1,
    waits: (minute: number) => (bursts(minute) ? 0.3 : 0.01 * noise()),
  };
  return {
    loud: { cores: (minute) => (bursts(minute) ? 6 : 0.5), waits: () => 0.02 * noise() },
    a: quiet,
    b: quiet,
    c: quiet,
    d: quiet,
  };
}

const FLEET = ['loud', 'a', 'b', 'c', 'd'].map((tenant) => instance(tenant));

describe('a noisy neighbour', () => {
  for (const source of ['cadvisor', 'throttling'] as const)
    test(`takes more than its share when the others wait (${source})`, async () => {
      const series = new MemorySeries();
      writeNode(series, burstingNode(), { source });
      const points = await pollsOf(series, FLEET).nodes(FIXTURE_TIME);
      const scores = byTenant(points, 'neighbour_noise_score');
      assert.ok((scores['loud'] ?? 0) > 0.3, JSON.stringify(scores));
      for (const tenant of ['a', 'b', 'c', 'd']) assert.equal(scores[tenant], 0);
      assert.deepEqual(byTenant(points, 'neighbour_victims'), { loud: 4, a: 0, b: 0, c: 0, d: 0 });
      assert.deepEqual(byTenant(points, 'neighbour_noisy'), { loud: 1, a: 0, b: 0, c: 0, d: 0 });
      const harm = byTenant(points, 'neighbour_harm_ratio');
      assert.ok(Math.abs((harm['a'] ?? 0) - 0.12) < 0.02, JSON.stringify(harm));
      assert.equal(harm['loud'], 0);
      assert.equal(byTenant(points, 'neighbour_cpu_fair_share_ratio')['loud'], 0.2);
      assert.deepEqual(points[0]?.dimensions, { cluster: 'k1', node: 'n1' });
    });

  test('on a dense node takes a multiple of its share from many, though its score is small', async () => {
    const series = new MemorySeries();
    const { a } = burstingNode();
    assert.ok(a);
    const names = Array.from({ length: 40 }, (_, i) => `q${i}`);
    const loud = { cores: (minute: number) => (bursts(minute) ? 6 : 0.5), waits: () => 0 };
    writeNode(series, { loud, ...Object.fromEntries(names.map((name) => [name, a])) });
    const points = await pollsOf(
      series,
      ['loud', ...names].map((tenant) => instance(tenant)),
    ).nodes(FIXTURE_TIME);
    const score = byTenant(points, 'neighbour_noise_score')['loud'] ?? 0;
    assert.ok(score > 0.05 && score < 0.2, `${score}`);
    assert.equal(byTenant(points, 'neighbour_noisy')['loud'], 1);
    assert.equal(byTenant(points, 'neighbour_noisy')['q0'], 0);
    assert.ok((byTenant(points, 'neighbour_harm_ratio')['q0'] ?? 0) > 0.1);
  });

  test('is none when the others wait at other times, nor when it takes what it asked for', async () => {
    const series = new MemorySeries();
    const waits = (minute: number): number => (bursts(minute) ? 0 : 0.3);
    const { loud, ...others } = burstingNode();
    assert.ok(loud);
    const waiting = Object.fromEntries(
      Object.entries(others).map(([tenant, one]) => [tenant, { ...one, waits }]),
    );
    writeNode(series, { loud, ...waiting });
    assert.equal(
      byTenant(await pollsOf(series, FLEET).nodes(FIXTURE_TIME), 'neighbour_noise_score')['loud'],
      0,
    );

    const paid = new MemorySeries();
    writeNode(paid, { ...burstingNode(), loud: { ...loud, requests: 16 } });
    assert.equal(
      byTenant(await pollsOf(paid, FLEET).nodes(FIXTURE_TIME), 'neighbour_noise_score')['loud'],
      0,
    );
  });

  test('has no score where nobody tells who waits, but its share is known', async () => {
    const series = new MemorySeries();
    const { loud } = burstingNode();
    assert.ok(loud);
    writeNode(series, { loud: { cores: loud.cores }, a: { cores: () => 1 } }, { source: 'metrics-server' });
    const points = await pollsOf(series, FLEET).nodes(FIXTURE_TIME);
    assert.deepEqual(byTenant(points, 'neighbour_noise_score'), {});
    assert.deepEqual(byTenant(points, 'neighbour_harm_ratio'), {});
    assert.equal(byTenant(points, 'neighbour_cpu_share_ratio')['loud'], 0.73);
  });

  test('is not told from less than half an hour, nor of a node for itself', async () => {
    const series = new MemorySeries();
    writeNode(series, burstingNode(), { from: 34 });
    assert.deepEqual(await pollsOf(series, FLEET).nodes(FIXTURE_TIME), []);
    const alone = new MemorySeries();
    writeNode(alone, { loud: { cores: () => 8 } });
    assert.deepEqual(await pollsOf(alone, FLEET).nodes(FIXTURE_TIME), []);
  });

  test('is the same whether the hour is read at once or minute by minute, and only what is new is read', async () => {
    const node = burstingNode();
    const whole = new MemorySeries();
    writeNode(whole, node);
    const once = await pollsOf(whole, FLEET).nodes(FIXTURE_TIME);

    let read = 0;
    const counted = new MemorySeries();
    const { nodes } = pollsOf(counted, FLEET);
    const select = counted.select.bind(counted);
    counted.select = function* (matchers, range) {
      for (const series of select(matchers, range)) {
        if (matchers.some(({ value }) => value === 'container_cpu_usage_seconds_total'))
          read += series.values.length;
        yield series;
      }
    };
    let points: Point[] = [];
    for (let minute = 0; minute <= 62; minute++) {
      for (const one of whole.select([], { start: START + minute * MINUTE, end: START + minute * MINUTE }))
        counted.append([{ labels: one.labels, time: START + minute * MINUTE, value: one.values[0] ?? 0 }]);
      points = await nodes(START + minute * MINUTE);
    }
    assert.deepEqual(points, once);
    assert.ok(read <= 63 * 5 * 3, `${read} samples`);
  });

  test('that has left the fleet is not named; a pod of a name that two clusters have is nobody’s guess', async () => {
    const series = new MemorySeries();
    writeNode(series, burstingNode());
    const [, ...others] = FLEET;
    const points = await pollsOf(series, others).nodes(FIXTURE_TIME);
    assert.ok((byTenant(points, 'neighbour_noise_score')['-'] ?? 0) > 0.3);
    for (const [cluster, node] of [
      ['k2', 'm1'],
      ['k3', 'm2'],
    ])
      for (const tenant of ['loud', 'a', 'b', 'c', 'd']) {
        const labels = { cluster, node, namespace: `ns-${tenant}`, pod: 'octopus-0', tenant };
        series.append([
          {
            labels: { ...labels, [METRIC_NAME]: 'kube_pod_info' } as Record<string, string>,
            time: FIXTURE_TIME,
            value: 1,
          },
        ]);
      }
    assert.deepEqual(await pollsOf(series, FLEET).nodes(FIXTURE_TIME), []);
  });
});

describe('a noisy neighbour on a database server', () => {
  const fleet = [
    instance('loud', 'sql-7'),
    instance('a', 'sql-7'),
    instance('b', 'sql-7'),
    instance('c', 'sql-8'),
  ];

  async function scores(load: number | undefined): Promise<Record<string, number>> {
    const series = new MemorySeries();
    const put = (name: string, labels: Readonly<Record<string, string>>, value: number): void =>
      series.append([{ labels: { ...labels, [METRIC_NAME]: name }, time: FIXTURE_TIME - 1000, value }]);
    put('db_dtus', { tenant: 'loud' }, 80);
    put('db_dtus', { tenant: 'a' }, 15);
    put('db_dtus', { tenant: 'b' }, 5);
    put('db_dtus', { tenant: 'c' }, 50);
    put('aws_rds_info', { database_server: 'sql-7' }, 1);
    if (load !== undefined) put('aws_rds_cpu_utilization_ratio', { database_server: 'sql-7' }, load);
    const points = await pollsOf(series, fleet).databases(FIXTURE_TIME);
    assert.deepEqual(byTenant(points, 'neighbour_database_load_share_ratio'), {
      loud: 0.8,
      a: 0.15,
      b: 0.05,
    });
    return byTenant(points, 'neighbour_database_noise_score');
  }

  test('takes more than the others while the server is busy', async () => {
    assert.deepEqual(await scores(0.95), { loud: 0.44, a: 0, b: 0 });
    assert.deepEqual(await scores(0.8), { loud: 0, a: 0, b: 0 });
    assert.deepEqual(await scores(undefined), {});
  });
});

/** A head that cannot be read. */
const DAMAGED = {
  select() {
    throw new Error('not a series');
  },
};

function contractSeries(): MemorySeries {
  const series = new MemorySeries();
  const steady = (cores: number): Tenant => ({
    cores: () => cores,
    waits: (minute) => (bursts(minute) ? 0.25 : 0),
  });
  writeNode(series, {
    acme: { cores: (minute) => (bursts(minute) ? 3 : 1), waits: () => 0 },
    globex: steady(0.5),
    initech: steady(0.25),
  });
  for (const [tenant, value] of Object.entries({ acme: 60, globex: 20 }))
    series.append([{ labels: { [METRIC_NAME]: 'db_dtus', tenant }, time: FIXTURE_TIME, value }]);
  return series;
}

for (const name of ['nodes', 'databases'])
  testPollContract({
    name: `neighbours/${name}`,
    place: { kind: 'fleet', name: 'fleet' },
    info: { database_server: 'sql-7' },
    fleet: [instance('globex', 'sql-9'), instance('initech', 'sql-9')],
    readsMemory: true,
    create(_, condition: Condition): PollCollector {
      const series = condition === 'malformed' ? DAMAGED : contractSeries();
      const polls = createNeighbours({ series, settings: () => collectors });
      const found = polls.find((poll) => poll.name === `neighbours/${name}`);
      assert.ok(found);
      return found;
    },
    golden: new URL(`fixtures/golden/${name}.json`, import.meta.url),
  });

test('the polls yield the declared datasets, no more and no fewer', () => {
  const polls = createNeighbours({ series: new MemorySeries(), settings: () => collectors });
  assert.deepEqual(new Set(polls.flatMap(({ datasets }) => datasets)), new Set(neighboursDatasets));
});
