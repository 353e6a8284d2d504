import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { KubernetesClient } from '../../../src/kubernetes/client.ts';
import { skipWithoutGo } from '../go-program.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import type { Figures, Request } from './fleet-process.ts';
import { createNamespace, create, patch, withContainer } from './objects.ts';
import { until } from './polls.ts';
import { grant, readRole } from './role.ts';

const TENANTS = 500;
const AT_A_TIME = 16;
const CONTROLLERS = ['deployment-controller', 'replicaset-controller', 'resourcequota-controller'];
/** Patches a second while the watch is measured: each tenant's pod changes every 25 s. */
const PATCHES_PER_SECOND = 20;
const WATCHED_MS = 60_000;
const LATENCIES = 40;
const MAX_LATENCY_MS = 2000;
const MiB = 2 ** 20;

/** One namespace, Deployment, pod and quota for each of 500 tenants; the polls run in a process of their own. */
describe(`a cluster of ${TENANTS} tenants`, { skip: skipWithoutGo() }, () => {
  let plane: ControlPlane;
  let agent: ChildProcess | undefined;
  let pods: readonly string[];

  before(async () => {
    plane = await startControlPlane({ controllers: CONTROLLERS });
    await grant(plane.admin, readRole('read-role.yaml'));
    await forAll(TENANTS, (i) => createTenant(plane.admin, i));
    pods = await podPaths(plane.admin);
    const args = [plane.agentKubeconfig, String(TENANTS)];
    agent = fork(join(import.meta.dirname, 'fleet-process.ts'), args);
  });
  after(async () => {
    const ended = agent === undefined ? undefined : once(agent, 'exit');
    agent?.disconnect();
    await ended;
    await plane.stop();
  });

  async function ask<T>(request: Request): Promise<T> {
    assert.ok(agent);
    const answered = once(agent, 'message');
    agent.send(request);
    const [{ value }] = (await answered) as [{ value: T }];
    return value;
  }

  test('is read whole, by one list of each kind', async (t) => {
    const { points, failures, cpuSeconds, residentBytes, counts } = await ask<Figures>({ ask: 'run', ms: 1 });
    assert.deepEqual(failures, []);
    t.diagnostic(`${points} points a round, ${cpuSeconds.toFixed(2)} CPU-s to begin with`);
    t.diagnostic(
      `${(residentBytes / MiB).toFixed(0)} MiB; API server ${(plane.residentBytes() / MiB).toFixed(0)} MiB`,
    );
    assert.ok(points > TENANTS * 10);
    assertOneListEach(counts);
  });

  test('a change is in the next poll', async (t) => {
    const latencies: number[] = [];
    for (let i = 0; i < LATENCIES; i++) {
      const path = pods[(i * 13) % pods.length] ?? '';
      await patch(plane.admin, `${path}/status`, { status: withContainer({ restartCount: 1000 + i }) });
      const namespace = path.split('/')[4] ?? '';
      latencies.push(
        await until('the restart is seen', async () => {
          return (await ask({ ask: 'restarts', namespace })) === 1000 + i;
        }),
      );
    }
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    t.diagnostic(`patch to poll: median ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(0)} ms`);
    assert.ok(at(1) < MAX_LATENCY_MS);
  });

  test(`${PATCHES_PER_SECOND} changes a second: the watch keeps up, without another list`, async (t) => {
    await ask<Figures>({ ask: 'figures' });
    const measured = ask<Figures>({ ask: 'run', ms: WATCHED_MS });
    const patched = await patchFor(plane.admin, pods, WATCHED_MS);
    const { failures, cpuSeconds, residentBytes, counts } = await measured;
    assert.deepEqual(failures, []);
    const cores = cpuSeconds / (WATCHED_MS / 1000);
    t.diagnostic(
      `${patched} changes in ${WATCHED_MS / 1000} s: ${cores.toFixed(3)} cores, ${(residentBytes / MiB).toFixed(0)} MiB`,
    );
    assertOneListEach(counts);
    assert.ok(cores < 0.5);
    const path = pods[7] ?? '';
    await patch(plane.admin, `${path}/status`, { status: withContainer({ restartCount: 5000 }) });
    const namespace = path.split('/')[4] ?? '';
    const ms = await until('the last change is seen', async () => {
      return (await ask({ ask: 'restarts', namespace })) === 5000;
    });
    assert.ok(ms < MAX_LATENCY_MS);
  });
});

function assertOneListEach(counts: Figures['counts']): void {
  const lists = Object.entries(counts).filter(([name]) =>
    name.startsWith('octowatch_kubernetes_lists_total'),
  );
  assert.equal(lists.length, 9);
  for (const [name, count] of lists) assert.equal(count, 1, name);
}

async function createTenant(admin: KubernetesClient, i: number): Promise<void> {
  const namespace = `octopus-t${i}`;
  const labels = { app: 'octopus' };
  await createNamespace(admin, namespace);
  await create(admin, `/api/v1/namespaces/${namespace}/resourcequotas`, {
    metadata: { name: 'tenant' },
    spec: { hard: { pods: '10' } },
  });
  const resources = { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '2Gi' } };
  const containers = [{ name: 'octopus', image: 'octopusdeploy/octopusdeploy', resources }];
  const spec = { nodeName: `node-${i % 25}`, containers };
  await create(admin, `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'octopus' },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  });
}

/** Paths of the pods, once the controllers have made them all. */
async function podPaths(admin: KubernetesClient): Promise<readonly string[]> {
  let paths: readonly string[] = [];
  const pick = ({ metadata }: Readonly<Record<string, unknown>>): string => {
    const { namespace, name } = metadata as { namespace: string; name: string };
    return `/api/v1/namespaces/${namespace}/pods/${name}`;
  };
  const resource = { name: 'pods', path: '/api/v1/pods', pick };
  await until(
    'every tenant has its pod',
    async () => {
      paths = await admin.list(resource, AbortSignal.timeout(30_000));
      return paths.length >= TENANTS;
    },
    180_000,
  );
  return paths;
}

async function patchFor(admin: KubernetesClient, pods: readonly string[], ms: number): Promise<number> {
  const end = performance.now() + ms;
  let count = 0;
  while (performance.now() < end) {
    const startedAt = performance.now();
    for (let i = 0; i < PATCHES_PER_SECOND; i++, count++) {
      const path = pods[count % pods.length] ?? '';
      await patch(admin, `${path}/status`, { status: withContainer({ restartCount: count }) });
    }
    const left = 1000 - (performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  }
  return count;
}

async function forAll(count: number, act: (i: number) => Promise<void>): Promise<void> {
  const queue = Array.from({ length: count }, (_, i) => i).values();
  async function work(): Promise<void> {
    for (const i of queue) await act(i);
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}
