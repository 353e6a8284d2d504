import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { startFakeKubernetes, type FakeKubernetes } from '../../test/fakes/kubernetes-api.ts';
import type { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createKubernetesClient } from './client.ts';
import { textAt } from './fields.ts';
import type { Resource } from './resource.ts';
import { createWatch, type Watch } from './watch.ts';

const PODS = '/api/v1/pods';
const MINUTE = 60_000;
const pods: Resource<string> = {
  name: 'pods',
  path: PODS,
  pick: (object) => textAt(object, 'status', 'phase'),
};

interface World {
  readonly api: FakeKubernetes;
  readonly clock: VirtualClock;
  readonly watch: Watch<string>;
  readonly counts: Map<string, number>;
  readonly logged: readonly string[];
  readonly signal: AbortSignal;
}

async function start(
  t: TestContext,
  prepare: (api: FakeKubernetes) => void = () => {},
  resource: Resource<string> = pods,
): Promise<World> {
  const api = await startFakeKubernetes(t);
  api.put(PODS, pod('acme', 'octopus-0', 'Running'));
  prepare(api);
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const client = createKubernetesClient({ cluster: 'prod-1', access: { kubeconfig: api.kubeconfig }, clock });
  const { metrics, counts } = countedMetrics();
  const { log, lines } = recordedLog();
  const watch = createWatch(resource, { client, clock, random: () => 0, log, metrics });
  t.after(async () => {
    await watch.close();
    await client.close();
  });
  return { api, clock, watch, counts, logged: lines, signal: t.signal };
}

function pod(namespace: string, name: string, phase: string) {
  return { metadata: { namespace, name }, status: { phase } };
}

async function seen({ watch, signal }: World): Promise<Record<string, string>> {
  return Object.fromEntries(await watch.objects(signal));
}

/** Real sockets take real time, the clock of the watch does not move meanwhile. */
async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 400; !(await check()); left--) {
    assert.ok(left > 0, `never: ${check.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function failureOf({ watch, signal }: World): Promise<Failure> {
  return watch.objects(signal).then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error as Failure,
  );
}

test('lists once and follows what is added, changed and deleted', async (t) => {
  const world = await start(t);
  const { api } = world;
  assert.deepEqual(await seen(world), { 'acme/octopus-0': 'Running' });
  await eventually(() => api.watches(PODS) === 1);
  api.put(PODS, pod('globex', 'octopus-0', 'Pending'));
  api.put(PODS, pod('acme', 'octopus-0', 'Failed'));
  await eventually(async () => (await seen(world))['acme/octopus-0'] === 'Failed');
  assert.deepEqual(await seen(world), { 'acme/octopus-0': 'Failed', 'globex/octopus-0': 'Pending' });
  api.remove(PODS, pod('globex', 'octopus-0', 'Pending'));
  await eventually(async () => !('globex/octopus-0' in (await seen(world))));
  assert.deepEqual(api.received, [`list ${PODS}`, `watch ${PODS}`]);
});

test('lists in pages of 500', async (t) => {
  const world = await start(t, (api) => {
    for (let i = 0; i < 1100; i++) api.put(PODS, pod(`tenant-${i}`, 'octopus-0', 'Running'));
  });
  assert.equal(Object.keys(await seen(world)).length, 1101);
  assert.equal(world.api.received.filter((line) => line === `list ${PODS}`).length, 3);
  assert.equal(world.counts.get('octowatch_kubernetes_lists_total{cluster="prod-1",resource="pods"}'), 1);
});

test('goes on from the last version after a dropped connection, without a list', async (t) => {
  const world = await start(t);
  const { api, clock } = world;
  await seen(world);
  for (let round = 0; round < 3; round++) {
    await eventually(() => api.watches(PODS) === 1);
    api.dropWatches();
    await eventually(() => api.watches(PODS) === 0);
    api.put(PODS, pod('acme', `missed-${round}`, 'Running'));
    await eventually(async () => {
      await clock.advance(1000);
      return `acme/missed-${round}` in (await seen(world));
    });
  }
  assert.equal(api.received.filter((line) => line.startsWith('list')).length, 1);
});

test('lists anew when the version is gone (410), and forgets what was deleted meanwhile', async (t) => {
  const world = await start(t, (api) => api.put(PODS, pod('acme', 'old', 'Running')));
  const { api, clock, counts } = world;
  await seen(world);
  await eventually(() => api.watches(PODS) === 1);
  api.dropWatches();
  await eventually(() => api.watches(PODS) === 0);
  api.remove(PODS, pod('acme', 'old', 'Running'));
  api.compact();
  await eventually(async () => {
    await clock.advance(1000);
    return !('acme/old' in (await seen(world)));
  });
  assert.equal(api.received.filter((line) => line.startsWith('list')).length, 2);
  const restarts =
    'octowatch_kubernetes_watch_restarts_total{cluster="prod-1",resource="pods",reason="expired"}';
  assert.equal(counts.get(restarts), 1);
});

test('fails as silent when neither an event nor a bookmark comes, and connects anew', async (t) => {
  const world = await start(t);
  const { api, clock } = world;
  await seen(world);
  await eventually(() => api.watches(PODS) === 1);
  await clock.advance(2 * MINUTE);
  api.bookmark(PODS);
  await eventually(async () => {
    await clock.advance(0);
    return api.watches(PODS) === 1;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await clock.advance(2 * MINUTE);
  await seen(world);
  await clock.advance(MINUTE);
  const { reason, message } = await failureOf(world);
  assert.equal(reason, 'timeout');
  assert.equal(message, 'prod-1: watch pods: silent for 3m: no event and no bookmark');
  await eventually(async () => {
    await clock.advance(1000);
    return api.received.filter((line) => line.startsWith('watch')).length === 2;
  });
  await eventually(() => api.watches(PODS) === 1);
  api.bookmark(PODS);
  await eventually(() =>
    world.watch.objects(t.signal).then(
      () => true,
      () => false,
    ),
  );
});

test('a kind without bookmarks is believed while its connection stands', async (t) => {
  const world = await start(t, undefined, { ...pods, hasBookmarks: false });
  const { api, clock } = world;
  await seen(world);
  await eventually(() => api.watches(PODS) === 1);
  await clock.advance(50 * MINUTE);
  assert.deepEqual(await seen(world), { 'acme/octopus-0': 'Running' });
  assert.deepEqual(api.received, [`list ${PODS}`, `watch ${PODS}`]);
});

test('a watch that ends at once, well or not, is begun again less and less often', async (t) => {
  const world = await start(t, (api) => {
    api.fault = (verb) => (verb === 'watch' ? 'end' : undefined);
  });
  const { api, clock } = world;
  await seen(world);
  for (let second = 0; second < 60; second++) {
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const watches = api.received.filter((line) => line.startsWith('watch')).length;
  assert.ok(watches > 3 && watches < 12, `${watches} in a minute`);
  assert.equal(api.received.filter((line) => line.startsWith('list')).length, 1);
});

test('a connection that is lost is forgiven for a minute, whatever the API server says meanwhile', async (t) => {
  const world = await start(t);
  const { api, clock } = world;
  await seen(world);
  await eventually(() => api.watches(PODS) === 1);
  api.fault = () => 403;
  api.dropWatches();
  await eventually(async () => {
    await clock.advance(1000);
    return api.received.length > 3;
  });
  assert.deepEqual(await seen(world), { 'acme/octopus-0': 'Running' });
  await clock.advance(MINUTE);
  assert.match((await failureOf(world)).message, /^prod-1: watch pods: /);
});

for (const verb of ['list', 'watch'])
  test(`without the verb ${verb} it fails at once and says so`, async (t) => {
    const world = await start(t, (api) => {
      api.fault = (asked) => (asked === verb ? 403 : undefined);
    });
    await eventually(() =>
      world.watch.objects(t.signal).then(
        () => false,
        () => true,
      ),
    );
    const { reason, message } = await failureOf(world);
    assert.equal(reason, 'forbidden');
    assert.equal(
      message,
      `prod-1: ${verb} pods: pods is forbidden: cannot ${verb} resource "pods"; grant it to the role of the agent`,
    );
  });

test('what is no API server is a failure, and is left when it becomes one', async (t) => {
  const world = await start(t, (api) => {
    api.fault = () => 'html';
  });
  assert.equal((await failureOf(world)).reason, 'malformed');
  world.api.fault = () => undefined;
  await eventually(async () => {
    await world.clock.advance(1000);
    return world.watch.objects(t.signal).then(
      () => true,
      () => false,
    );
  });
});

test('a line that is no event ends the connection, not the watch; an object without a name is counted and left out', async (t) => {
  const world = await start(t);
  const { api, clock, counts } = world;
  await seen(world);
  await eventually(() => api.watches(PODS) === 1);
  api.sayRaw(PODS, JSON.stringify({ type: 'ADDED', object: { metadata: { resourceVersion: '200' } } }));
  api.put(PODS, pod('acme', 'next', 'Running'));
  await eventually(async () => 'acme/next' in (await seen(world)));
  assert.equal(counts.get('octowatch_kubernetes_objects_refused_total{cluster="prod-1",resource="pods"}'), 1);
  api.sayRaw(PODS, '{"type":');
  api.put(PODS, pod('acme', 'behind', 'Running'));
  await eventually(async () => {
    await clock.advance(1000);
    return 'acme/behind' in (await seen(world));
  });
  const restarts =
    'octowatch_kubernetes_watch_restarts_total{cluster="prod-1",resource="pods",reason="malformed"}';
  assert.equal(counts.get(restarts), 1);
});

test('more than it may keep is a failure; of events the newest are kept', async (t) => {
  const many = (api: FakeKubernetes): void => {
    for (let i = 0; i < 5; i++) api.put(PODS, pod('acme', `p${i}`, 'Running'));
  };
  const bounded = { ...pods, maxObjects: 3 };
  assert.match((await failureOf(await start(t, many, bounded))).message, /more than 3 pods/);
  const world = await start(
    t,
    (api) => {
      many(api);
      api.put(PODS, pod('acme', 'p0', 'Failed'));
    },
    { ...bounded, keepsNewest: true },
  );
  const keys = async (): Promise<string[]> => Object.keys(await seen(world));
  assert.deepEqual(await keys(), ['acme/p3', 'acme/p4', 'acme/p0']);
  await eventually(() => world.api.watches(PODS) === 1);
  world.api.put(PODS, pod('acme', 'p5', 'Running'));
  await eventually(async () => (await keys()).includes('acme/p5'));
  assert.deepEqual(await keys(), ['acme/p4', 'acme/p0', 'acme/p5']);
});

test('a list that never ends is begun again less and less often, and told of once', async (t) => {
  const { api, clock, logged } = await start(t, (fake) => {
    fake.fault = () => 'hang';
  });
  for (let round = 0; round < 240; round++) {
    await clock.advance(5000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(api.received.length > 5 && api.received.length < 30, `${api.received.length} in 20 minutes`);
  assert.equal(logged.filter((line) => line.includes('"warn"')).length, 1);
});

test('ends its connection when closed, while it lists as well', async (t) => {
  const world = await start(t, (api) => {
    api.fault = () => 'hang';
  });
  const waiting = failureOf(world);
  await eventually(() => world.api.received.length === 1);
  await world.watch.close();
  assert.equal((await waiting).reason, 'aborted');
});
