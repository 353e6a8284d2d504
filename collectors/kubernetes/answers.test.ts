import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '../../src/model/failure.ts';
import type { Point } from '../../src/model/point.ts';
import { OBJECTS, PATHS } from '../../test/fakes/kubernetes-objects.ts';
import { eventually, find, MAPPING, startWorld } from '../../test/fakes/kubernetes-world.ts';
import type { ClusterSettings } from './settings.ts';

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

test('in a namespace of one tenant no pod can call itself another tenant’s', async (t) => {
  const world = await startWorld(t);
  const labels = { [MAPPING.tenant_label]: 'globex' };
  const namespace = 'octopus-acme';
  world.api.put(PATHS.pods, { metadata: { name: 'liar', namespace, labels }, status: { phase: 'Running' } });
  const { points } = await world.ask('pods');
  const [point] = find(points, 'kube_pod_status_phase', { namespace, pod: 'liar' });
  assert.equal(point?.tenant, 'acme');
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
  const [backOff] = OBJECTS.events;
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
  const again = await world.ask('events', second.state);
  assert.deepEqual(again.points, third.points, 'where they were not taken');
  assert.equal(third.points[0]?.values['total'], 17);
  assert.notEqual(third.points[0]?.id, first.points[0]?.id);
});

test('a cluster of 1,000 tenants whose pods are nobody’s is within the label budget', async (t) => {
  const world = await startWorld(t, {});
  const [, crashing] = OBJECTS.pods;
  assert.ok(crashing);
  for (let i = 0; i < 2000; i++)
    world.api.put(PATHS.pods, {
      ...crashing,
      metadata: { name: `octopus-${i % 2}`, namespace: `octopus-t${Math.floor(i / 2)}` },
    });
  const { points } = await world.ask('pods');
  for (const [dataset, group] of Map.groupBy(points, (point) => point.dataset)) {
    const series = group.flatMap(({ values }) =>
      Object.values(values).filter((value) => value !== undefined),
    );
    assert.ok(series.length <= (dataset.seriesLimit ?? 1000) / 2, `${dataset.name}: ${series.length}`);
  }
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
