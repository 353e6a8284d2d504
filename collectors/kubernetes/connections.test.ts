import assert from 'node:assert/strict';
import test from 'node:test';
import { startFakeKubernetes } from '../../test/fakes/kubernetes-api.ts';
import { fillCluster, OBJECTS, PATHS, type Kind } from '../../test/fakes/kubernetes-objects.ts';
import { eventually, find, MAPPING, startWorld } from '../../test/fakes/kubernetes-world.ts';

/** What each poll cannot do without. */
const NEEDS: Readonly<Record<string, readonly Kind[]>> = {
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

const POLLS = Object.keys(NEEDS);

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
  const [first] = OBJECTS.pods;
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
  fillCluster(other, { ...OBJECTS, pods: OBJECTS.pods.slice(0, 1) });
  await world.ask('pods');
  await eventually(() => world.api.watches(PATHS.pods) === 1);
  world.clusters = [{ name: 'prod-1', kubeconfig: other.kubeconfig }];
  const { points } = await world.ask('pods');
  assert.equal(find(points, 'kube_pod_status_phase', {}).length, 1);
  await eventually(() => world.api.watches(PATHS.pods) === 0);
});

test('another pattern for tenants holds from the next poll on, over the same watch', async (t) => {
  const world = await startWorld(t, { namespace_pattern: 'none-(.+)' });
  const tenants = async (): Promise<string[]> =>
    find((await world.ask('pods')).points, 'kube_pod_status_phase', { namespace: 'octopus-acme' }).map(
      ({ tenant = '' }) => tenant,
    );
  assert.deepEqual(await tenants(), ['', '']);
  world.clusters = world.clusters.map((each) => ({ ...each, ...MAPPING, tenant_label: undefined }));
  assert.deepEqual(await tenants(), ['acme', 'acme']);
  assert.equal(world.api.received.filter((line) => line === `list ${PATHS.pods}`).length, 1);
});

test('a cluster that is gone from the configuration is said to be', async (t) => {
  const world = await startWorld(t);
  world.clusters = [];
  await assert.rejects(world.ask('pods'), /no cluster prod-1 in collectors.kubernetes.clusters/);
});

for (const kind of Object.keys(PATHS).filter((name) => name !== 'namespaces') as Kind[])
  test(`without the right to list ${kind} only the polls that read it fail, and name it`, async (t) => {
    const world = await startWorld(t, { namespace_pattern: MAPPING.namespace_pattern });
    world.api.fault = (verb, path) => (verb === 'list' && path === PATHS[kind] ? 403 : undefined);
    for (const poll of POLLS) {
      const failure = await world.failure(poll);
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
  const [ready] = OBJECTS.nodes;
  assert.ok(ready);
  world.api.put(PATHS.nodes, { ...ready, metadata: { name: 'node-3' } });
  world.api.fault = (verb, path) => (verb === 'GET' && path.includes('node-3') ? 502 : undefined);
  await eventually(async () => (await world.ask('volume-stats')).points.length === 1);
});

test('with a label for tenants and no right to list namespaces, what belongs to nobody is still read', async (t) => {
  const world = await startWorld(t);
  world.api.fault = (_verb, path) => (path === PATHS.namespaces ? 403 : undefined);
  for (const poll of ['nodes', 'disks']) assert.equal(await world.failure(poll), undefined, poll);
  for (const poll of ['pods', 'workloads', 'quotas', 'volumes', 'events'])
    assert.match((await world.failure(poll))?.message ?? '', /cannot list resource "namespaces"/, poll);
});
