import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createKubernetesClients } from '../../src/kubernetes/clients.ts';
import { Failure } from '../../src/model/failure.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import type { Answer, Received } from '../../test/contract/loopback-server.ts';
import {
  FIXTURE_TIME,
  testPollContract,
  type Surroundings,
} from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import {
  kubeconfigOf,
  startFakeKubernetes,
  type FakeKubernetes,
  type FakeObject,
} from '../../test/fakes/kubernetes-api.ts';
import { fillCluster, PATHS } from '../../test/fakes/kubernetes-objects.ts';
import { createKubernetes } from './index.ts';
import { kubernetesDatasets } from './schema.ts';
import type { ClusterSettings } from './settings.ts';

const POLLS = [
  'pods',
  'pod-info',
  'nodes',
  'disks',
  'node-room',
  'workloads',
  'quotas',
  'volumes',
  'volume-stats',
  'events',
  'metrics',
];
const place = { kind: 'kubernetes', name: 'prod-1' } as const;
const TARGET: Target = { tenant: '', place, info: {}, files: {}, timeZone: 'UTC' };
const SUMMARY = '/api/v1/nodes/node-1/proxy/stats/summary';
const MAPPING = { tenant_label: 'octopus.example.com/tenant', namespace_pattern: 'octopus-(?P<tenant>.+)' };
const globex: Target = { tenant: 'globex', info: {}, files: {}, timeZone: 'UTC' };

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
}

const objects = readFixture('objects.json') as Record<keyof typeof PATHS, FakeObject[]>;
const directory = mkdtempSync(join(tmpdir(), 'octowatch-kubernetes-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Lists of what the fixtures hold; a watch that says nothing. */
function answer({ path, query }: Received): Answer | undefined {
  if (query.has('watch')) return { hang: 'at_once' };
  if (path === SUMMARY) return { json: readFixture('stats-summary.json') };
  const [name] = Object.entries(PATHS).find(([, each]) => each === path) ?? [];
  if (name === undefined) return undefined;
  const items = objects[name as keyof typeof PATHS].map((object, i) => versioned(object, 101 + i));
  return { json: { metadata: { resourceVersion: '200' }, items } };
}

function versioned(object: FakeObject, version: number): object {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

function create(name: string, { url, clock, metrics }: Surroundings): PollCollector {
  const kubeconfig = join(directory, `${name.replace('/', '-')}-${new URL(url).port}`);
  writeFileSync(kubeconfig, kubeconfigOf(url));
  const clusters: readonly ClusterSettings[] = [{ name: 'prod-1', kubeconfig, ...MAPPING }];
  const { log } = recordedLog();
  const polls = createKubernetes({
    clock,
    metrics,
    log,
    random: () => 0,
    kubernetes: createKubernetesClients({ clock, clusters: () => clusters }),
    settings: () => ({ kubernetes: { clusters } }),
  });
  const poll = polls.find((each) => each.name === name);
  assert.ok(poll);
  return poll;
}

for (const poll of POLLS) {
  const name = `kubernetes/${poll}`;
  testPollContract({
    name,
    place,
    answer,
    fleet: [globex],
    create: (around) => create(name, around),
    golden: new URL(`fixtures/golden/${poll}.json`, import.meta.url),
  });
}

test('the polls yield the declared datasets, no more and no fewer', () => {
  const { log } = recordedLog();
  const clock = new VirtualClock();
  const settings = () => ({ kubernetes: { clusters: [] } });
  const kubernetes = createKubernetesClients({ clock, clusters: () => [] });
  const polls = createKubernetes({ clock, metrics: NO_METRICS, log, random: () => 0, kubernetes, settings });
  const yielded = new Set(polls.flatMap(({ datasets }) => datasets));
  assert.deepEqual(yielded, new Set([...kubernetesDatasets, quotaDataset]));
});

interface World {
  readonly api: FakeKubernetes;
  /** Replaced by a reload. */
  clusters: readonly ClusterSettings[];
  ask(poll: string, state?: JsonValue): Promise<{ points: readonly Point[]; state: JsonValue }>;
  forget(): Promise<void>;
}

/** All polls over one fake cluster. */
async function startWorld(t: TestContext, mapping: Partial<ClusterSettings> = MAPPING): Promise<World> {
  const api = await startCluster(t);
  const { log } = recordedLog();
  const shared = { clock: new VirtualClock(FIXTURE_TIME), metrics: NO_METRICS, log };
  const acme = { ...globex, tenant: 'acme' };
  const { clock } = shared;
  const kubernetes = createKubernetesClients({ clock, clusters: () => world.clusters });
  const settings = () => ({ kubernetes: world });
  const polls = createKubernetes({ ...shared, random: () => 0, kubernetes, settings });
  const world: World = {
    api,
    clusters: [{ name: 'prod-1', kubeconfig: api.kubeconfig, ...mapping }],
    async ask(name, state = null) {
      const poll = polls.find((each) => each.name === `kubernetes/${name}`);
      assert.ok(poll);
      const fleet = fleetOf(() => [acme, globex]);
      const context = { ...shared, state, fleet, signal: t.signal, isSource: () => true };
      const points: Point[] = [];
      for await (const some of poll.poll(TARGET, context)) points.push(...some);
      return { points, state: context.state };
    },
    async forget() {
      for (const poll of polls) await poll.forget?.(TARGET);
    },
  };
  t.after(async () => {
    await world.forget();
    await kubernetes.close();
  });
  return world;
}

function find(
  points: readonly Point[],
  metric: string,
  dimensions: Readonly<Record<string, string>>,
): Point[] {
  return points.filter(
    (point) =>
      point.values[metric] !== undefined &&
      Object.entries(dimensions).every(([name, value]) => point.dimensions[name] === value),
  );
}

async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 400; !(await check()); left--) {
    assert.ok(left > 0, `never: ${check.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('all polls together have one connection and one list for each kind', async (t) => {
  const world = await startWorld(t);
  for (let round = 0; round < 3; round++) for (const poll of POLLS) await world.ask(poll);
  const watched = Object.values(PATHS).filter((path) => !path.includes('metrics.k8s.io'));
  await eventually(() => watched.every((path) => world.api.watches(path) === 1));
  for (const path of watched)
    assert.equal(world.api.received.filter((line) => line === `list ${path}`).length, 1, path);
});

test('a change is in the next poll', async (t) => {
  const world = await startWorld(t);
  const [first] = objects.pods;
  assert.ok(first);
  assert.equal(
    find((await world.ask('pods')).points, 'kube_pod_status_phase', { pod: 'octopus-0' }).length,
    2,
  );
  await eventually(() => world.api.watches(PATHS.pods) === 1);
  world.api.put(PATHS.pods, { ...first, status: { phase: 'Failed' } });
  await eventually(async () => {
    const { points } = await world.ask('pods');
    return find(points, 'kube_pod_status_phase', { phase: 'Failed', namespace: 'octopus-acme' }).length === 1;
  });
});

test('forgotten, a cluster has no connection left; polled again it is connected again', async (t) => {
  const world = await startWorld(t);
  await world.ask('pods');
  await eventually(() => world.api.watches(PATHS.pods) === 1);
  await world.forget();
  await eventually(() => Object.values(PATHS).every((path) => world.api.watches(path) === 0));
  assert.ok((await world.ask('pods')).points.length > 0);
});

test('settings that changed connect anew, to where they point now', async (t) => {
  const world = await startWorld(t);
  const other = await startFakeKubernetes(t);
  fillCluster(other, { ...objects, pods: objects.pods.slice(0, 1) });
  await world.ask('pods');
  await eventually(() => world.api.watches(PATHS.pods) === 1);
  world.clusters = [{ name: 'prod-1', kubeconfig: other.kubeconfig }];
  const { points } = await world.ask('pods');
  assert.equal(find(points, 'kube_pod_status_phase', {}).length, 1);
  await eventually(() => world.api.watches(PATHS.pods) === 0);
});

test('a cluster that is gone from the configuration is said to be', async (t) => {
  const world = await startWorld(t);
  world.clusters = [];
  await assert.rejects(world.ask('pods'), /no cluster prod-1 in collectors.kubernetes.clusters/);
});

const OWNERS: readonly (readonly [string, Partial<ClusterSettings>, Readonly<Record<string, string>>])[] = [
  ['no mapping', {}, { 'octopus-acme/octopus-0': '', 'shared/worker-0': '', 'shared/worker-1': '' }],
  [
    'the label of the pod, then of its namespace',
    { tenant_label: MAPPING.tenant_label },
    { 'octopus-acme/octopus-0': '', 'shared/worker-0': 'acme', 'shared/worker-1': 'globex' },
  ],
  [
    'the name of the namespace, by the first group',
    { namespace_pattern: 'octopus-(.+)' },
    { 'octopus-acme/octopus-0': 'acme', 'shared/worker-0': '', 'octopus-nobody/octopus-0': '' },
  ],
  [
    'a label that the fleet does not know, and a namespace that it does not know',
    MAPPING,
    { 'octopus-nobody/octopus-0': '', 'kube-system/evicted': '' },
  ],
];

for (const [title, settings, owners] of OWNERS)
  test(`whose a pod is: ${title}`, async (t) => {
    const { points } = await (await startWorld(t, settings)).ask('pods');
    for (const [key, tenant] of Object.entries(owners)) {
      const [namespace = '', pod = ''] = key.split('/');
      const [point] = find(points, 'kube_pod_status_phase', { namespace, pod });
      assert.equal(point?.tenant, tenant, key);
    }
  });

const NEEDS: Readonly<Record<string, readonly (keyof typeof PATHS)[]>> = {
  pods: ['pods'],
  'pod-info': ['pods'],
  nodes: ['nodes'],
  disks: ['csinodes', 'volumeattachments'],
  'node-room': ['nodes', 'pods', 'csinodes', 'volumeattachments'],
  workloads: ['deployments', 'statefulsets'],
  quotas: ['resourcequotas'],
  volumes: ['persistentvolumeclaims'],
  'volume-stats': ['nodes', 'persistentvolumeclaims'],
  events: ['events'],
  metrics: ['podMetrics', 'nodeMetrics'],
};

for (const kind of Object.keys(PATHS).filter((name) => name !== 'namespaces') as (keyof typeof PATHS)[])
  test(`without the right to list ${kind} only the polls that read it fail, and name it`, async (t) => {
    const world = await startWorld(t, { namespace_pattern: MAPPING.namespace_pattern });
    world.api.fault = (verb, path) => (verb === 'list' && path === PATHS[kind] ? 403 : undefined);
    for (const poll of POLLS) {
      const failure = await world.ask(poll).then(
        () => undefined,
        (error: unknown) => error as Failure,
      );
      const isHit = NEEDS[poll]?.includes(kind) === true;
      assert.equal(failure?.reason, isHit ? 'forbidden' : undefined, poll);
      if (isHit) assert.match(failure?.message ?? '', /^prod-1: list .*cannot list resource/);
    }
  });

test('who may not read the kubelets has no fill of volumes, and no failure', async (t) => {
  const world = await startWorld(t);
  world.api.fault = (verb) => (verb === 'GET' ? 403 : undefined);
  assert.deepEqual((await world.ask('volume-stats')).points, []);
});

test('a kubelet that fails is a failure only when none answers', async (t) => {
  const world = await startWorld(t);
  world.api.fault = (verb) => (verb === 'GET' ? 502 : undefined);
  await assert.rejects(world.ask('volume-stats'), /get nodes\/proxy of node-1/);
  const [ready] = objects.nodes;
  assert.ok(ready);
  world.api.put(PATHS.nodes, { ...ready, metadata: { name: 'node-3' } });
  world.api.fault = (verb, path) => (verb === 'GET' && path.includes('node-3') ? 502 : undefined);
  await eventually(async () => (await world.ask('volume-stats')).points.length === 1);
});

test('without a metrics server there is no usage and no failure; one that is down is a failure', async (t) => {
  const world = await startWorld(t);
  const absent = (status: number) => (_verb: string, path: string) =>
    path.includes('metrics.k8s.io') ? status : undefined;
  world.api.fault = absent(404);
  assert.deepEqual((await world.ask('metrics')).points, []);
  world.api.fault = absent(503);
  await assert.rejects(
    world.ask('metrics'),
    (error) => error instanceof Failure && error.reason === 'server_error',
  );
});

test('a warning is told once, again when its count rises, and by how much', async (t) => {
  const world = await startWorld(t);
  const [backOff] = objects.events;
  assert.ok(backOff);
  const first = await world.ask('events');
  assert.deepEqual(countsOf(first.points), [
    ['BackOff', 1],
    ['FailedScheduling', 1],
  ]);
  await eventually(() => world.api.watches(PATHS.events) === 1);
  const second = await world.ask('events', first.state);
  assert.deepEqual(second.points, []);
  world.api.put(PATHS.events, { ...backOff, count: 17 });
  let third = second;
  await eventually(async () => {
    third = await world.ask('events', second.state);
    return third.points.length > 0;
  });
  assert.deepEqual(countsOf(third.points), [['BackOff', 5]]);
  assert.equal(third.points[0]?.values['total'], 17);
  assert.notEqual(third.points[0]?.id, first.points[0]?.id);
});

test('what is no such object leaves the rest as it is', async (t) => {
  const world = await startWorld(t);
  world.api.put(PATHS.pods, { metadata: { name: 'odd', namespace: 'shared' }, spec: 'none', status: [1] });
  world.api.put(PATHS.nodes, {
    metadata: { name: 'odd' },
    status: { conditions: {}, capacity: { cpu: 'many' } },
  });
  const { points } = await world.ask('pods');
  assert.equal(find(points, 'kube_pod_status_phase', { pod: 'odd', phase: 'Unknown' }).length, 1);
  assert.equal(find(points, 'kube_pod_status_phase', { pod: 'octopus-0', phase: 'Running' }).length, 1);
  assert.ok((await world.ask('nodes')).points.length > 5);
});

function countsOf(points: readonly Point[]): unknown[] {
  return points.map(({ dimensions, values }) => [dimensions['reason'], values['count']]);
}

async function startCluster(t: TestContext): Promise<FakeKubernetes> {
  const api = await startFakeKubernetes(t);
  fillCluster(api, objects);
  api.documents.set(SUMMARY, readFixture('stats-summary.json') as object);
  return api;
}
