import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { textAt } from '../../../src/kubernetes/fields.ts';
import { kubeconfigOf } from '../../fakes/kubernetes-api.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { skipWithoutGo } from '../go-program.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { create, createNamespace, patch, pod, RUNNING, withContainer } from './objects.ts';
import { find, testPolls, until, type Polls } from './polls.ts';
import { grant, readRole, rightsOf, setRules } from './role.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const PODS = '/api/v1/namespaces/octopus-acme/pods';
/** What a poll reads; a right that it lacks is in the failure of these polls and of no other. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  '/pods': ['kubernetes/pods', 'kubernetes/pod-info', 'kubernetes/node-room'],
  '/nodes': ['kubernetes/nodes', 'kubernetes/volume-stats', 'kubernetes/node-room'],
  '/events': ['kubernetes/events'],
  '/resourcequotas': ['kubernetes/quotas'],
  '/persistentvolumeclaims': ['kubernetes/volumes', 'kubernetes/volume-stats'],
  'apps/deployments': ['kubernetes/workloads'],
  'apps/statefulsets': ['kubernetes/workloads'],
  'storage.k8s.io/csinodes': ['kubernetes/disks', 'kubernetes/node-room'],
  'storage.k8s.io/volumeattachments': ['kubernetes/disks', 'kubernetes/node-room'],
  'metrics.k8s.io/pods': ['kubernetes/metrics'],
  'metrics.k8s.io/nodes': ['kubernetes/metrics'],
};

describe('rights and connections, by a real control plane', { skip: skipWithoutGo() }, () => {
  let plane: ControlPlane;
  const role = readRole('read-role.yaml');

  before(async () => {
    plane = await startControlPlane();
    await grant(plane.admin, role);
    await createNamespace(plane.admin, 'octopus-acme', { 'example.com/tenant': 'acme' });
    await create(plane.admin, PODS, pod('octopus-0', 'node-1'));
  });
  after(() => plane.stop());

  async function isRunning(polls: Polls, name: string): Promise<boolean> {
    const points = await polls.ask('kubernetes/pods');
    return find(points, 'kube_pod_status_phase', { pod: name, phase: 'Running' }).length === 1;
  }

  function lists(polls: Polls, resource: string): number | undefined {
    return polls.counts.get(`octowatch_kubernetes_lists_total{cluster="test",resource="${resource}"}`);
  }

  function restarts(polls: Polls, resource: string, reason: string): number {
    const labels = `cluster="test",resource="${resource}",reason="${reason}"`;
    return polls.counts.get(`octowatch_kubernetes_watch_restarts_total{${labels}}`) ?? 0;
  }

  test('with the shipped role every poll works, and tenants are known by the label of their namespace', async (t) => {
    const settings = { kubeconfig: plane.agentKubeconfig, tenant_label: 'example.com/tenant' };
    const polls = testPolls(t, settings, ['acme']);
    for (const name of polls.names) assert.equal(await polls.failure(name), undefined, name);
    const [point] = find(await polls.ask('kubernetes/pods'), 'kube_pod_status_phase', { pod: 'octopus-0' });
    assert.equal(point?.tenant, 'acme');
  });

  test('without one right the polls that need it fail, name it, and no other does', async (t) => {
    for (const right of rightsOf(role)) {
      const { group, resource, verb } = right;
      const rules = Array.from(rightsOf(role))
        .filter((each) => JSON.stringify(each) !== JSON.stringify(right))
        .map((each) => ({ apiGroups: [each.group], resources: [each.resource], verbs: [each.verb] }));
      await setRules(plane.admin, role, rules);
      const polls = testPolls(t, { kubeconfig: plane.agentKubeconfig }, ['acme']);
      const readers = READERS[`${group}/${resource}`] ?? [];
      for (const name of polls.names) {
        const isHit = readers.includes(name);
        if (isHit) {
          await until(`${name} fails without ${verb} ${resource}`, async () => {
            const failure = await polls.failure(name);
            if (failure === undefined) return false;
            assert.equal(failure.reason, 'forbidden', failure.message);
            assert.match(failure.message, new RegExp(`cannot ${verb} resource "${resource}"`));
            return true;
          });
        } else assert.equal(await polls.failure(name), undefined, `${name} without ${verb} ${resource}`);
      }
      await polls.close();
    }
    await setRules(plane.admin, role, role.rules);
  });

  test('a connection that is lost is taken up again where it was, without a list', async (t) => {
    const proxy = await startTcpProxy(Number(new URL(plane.url).port));
    t.after(() => proxy.close());
    const kubeconfig = join(temporaryDirectory(), 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(`https://127.0.0.1:${proxy.port}`, 'agent-token'));
    const polls = testPolls(t, { kubeconfig }, ['acme']);
    await polls.ask('kubernetes/pods');
    await create(plane.admin, PODS, pod('before', 'node-1'));
    await patch(plane.admin, `${PODS}/before/status`, { status: RUNNING });
    await until('it is watched', () => isRunning(polls, 'before'));
    for (let round = 0; round < 3; round++) {
      const name = `during-${round}`;
      await create(plane.admin, PODS, pod(name, 'node-1'));
      proxy.cut();
      await patch(plane.admin, `${PODS}/${name}/status`, { status: RUNNING });
      const ms = await until(`${name} runs`, () => isRunning(polls, name));
      t.diagnostic(`seen ${ms.toFixed(0)} ms after the connection was reset`);
    }
    t.diagnostic(`connections: ${proxy.connections()}`);
    assert.ok(restarts(polls, 'pods', 'network') >= 3);
    assert.equal(lists(polls, 'pods'), 1);
  });

  test('events whose place etcd has compacted are listed anew (410), once', async (t) => {
    const proxy = await startTcpProxy(Number(new URL(plane.url).port));
    t.after(() => proxy.close());
    const kubeconfig = join(temporaryDirectory(), 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(`https://127.0.0.1:${proxy.port}`, 'agent-token'));
    const polls = testPolls(t, { kubeconfig }, ['acme']);
    await polls.ask('kubernetes/events');
    await until('it is watched', async () => proxy.connections() > 0);
    let revision = '';
    for (const restartCount of [1, 2, 3]) {
      const status = withContainer({ restartCount });
      const { metadata } = await patch(plane.admin, `${PODS}/octopus-0/status`, { status });
      revision = textAt({ metadata }, 'metadata', 'resourceVersion') ?? '';
    }
    const body = JSON.stringify({ revision, physical: true });
    const compacted = await fetch(`${plane.etcdUrl}/v3/kv/compaction`, { method: 'POST', body });
    assert.equal(compacted.status, 200);
    proxy.cut();
    await until('it is listed anew', async () => restarts(polls, 'events', 'expired') === 1);
    await until('it was listed', async () => lists(polls, 'events') === 2);
    assert.equal(await polls.failure('kubernetes/events'), undefined);
  });

  test('a control plane that is replaced: the watch comes back, and what changed meanwhile is seen', async (t) => {
    const polls = testPolls(t, { kubeconfig: plane.agentKubeconfig }, ['acme']);
    await polls.ask('kubernetes/pods');
    await create(plane.admin, PODS, pod('octopus-1', 'node-1'));
    await patch(plane.admin, `${PODS}/octopus-1/status`, { status: RUNNING });
    await until('it is watched', () => isRunning(polls, 'octopus-1'));
    await plane.restart();
    await patch(plane.admin, `${PODS}/octopus-0/status`, {
      status: withContainer({ state: { waiting: { reason: 'CrashLoopBackOff' } } }),
    });
    const ms = await until(
      'it crash-loops',
      async () => {
        const points = await polls.ask('kubernetes/pods');
        const metric = 'kube_pod_container_status_waiting_reason';
        return find(points, metric, { pod: 'octopus-0', reason: 'CrashLoopBackOff' }).length === 1;
      },
      90_000,
    );
    t.diagnostic(`seen ${ms.toFixed(0)} ms after it was written`);
    t.diagnostic(`lists: ${lists(polls, 'pods')}, 410: ${restarts(polls, 'pods', 'expired')}`);
    assert.equal(lists(polls, 'pods'), 1 + restarts(polls, 'pods', 'expired'));
  });
});
