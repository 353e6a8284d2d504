import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { eventually } from '../../test/acceptance/eventually.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { startFakeKubernetes, type FakeKubernetes } from '../../test/fakes/kubernetes-api.ts';
import { createKubernetesClient } from '../kubernetes/client.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Discoverer } from './discoverer.ts';
import type { InstanceTemplate } from './found-instance.ts';
import { createKubernetesDiscoverer, type KubernetesSelection } from './kubernetes-discoverer.ts';

const STATEFULSETS = '/apis/apps/v1/statefulsets';
const PODS = '/api/v1/pods';
const TEMPLATE: InstanceTemplate = {
  tenant: '{label.tenant}',
  url: 'https://{name}.example.com',
  apiKeyFile: '/keys/{tenant}',
  info: { plan: '{annotation.plan}', cluster: '{cluster}' },
  files: {},
  timeZone: 'UTC',
};

async function scene(
  t: TestContext,
  template: Partial<InstanceTemplate> = {},
  selection: Partial<KubernetesSelection> = {},
): Promise<{ api: FakeKubernetes; list: () => ReturnType<Discoverer['list']> }> {
  const api = await startFakeKubernetes(t);
  const client = createKubernetesClient({
    cluster: 'prod',
    access: { kubeconfig: api.kubeconfig },
    clock: systemClock,
  });
  const { list, close } = createKubernetesDiscoverer({
    clock: systemClock,
    random: () => 0,
    log: recordedLog().log,
    metrics: NO_METRICS,
    name: 'prod',
    settings: '',
    intervalMs: 60_000,
    timeoutMs: 10_000,
    cluster: 'prod',
    selection: { kind: 'statefulsets', labelSelector: 'app=octopus', ...selection },
    template: { ...TEMPLATE, ...template },
    client: () => client,
  });
  t.after(async () => {
    await close?.();
    await client.close();
  });
  return { api, list: () => list(t.signal) };
}

function workload(namespace: string, labels: object, replicas?: number, annotations: object = {}) {
  const metadata = {
    name: `octopus-${namespace}`,
    namespace,
    labels: { app: 'octopus', ...labels },
    annotations,
  };
  return { metadata, spec: { replicas, selector: { matchLabels: { tenant: namespace } } } };
}

function pod(namespace: string, name: string, nodeName: string | undefined) {
  return { metadata: { name, namespace, labels: { app: 'octopus', tenant: namespace } }, spec: { nodeName } };
}

test('workloads with the label are instances, one with no replicas is asleep', async (t) => {
  const { api, list } = await scene(t);
  api.put(STATEFULSETS, workload('acme', { tenant: 'acme' }, 1, { plan: 'gold' }));
  api.put(STATEFULSETS, workload('globex', { tenant: 'globex' }, 0));
  api.put(STATEFULSETS, workload('nameless', {}, 1));
  api.put(STATEFULSETS, workload('other', { app: 'nginx', tenant: 'other' }, 1));
  const { instances, refused } = await list();
  assert.deepEqual(
    instances.map(({ tenant, url, asleep, info }) => [tenant, url, asleep, info]),
    [
      ['acme', 'https://octopus-acme.example.com', false, { plan: 'gold', cluster: 'prod' }],
      ['globex', 'https://octopus-globex.example.com', true, { cluster: 'prod' }],
    ],
  );
  assert.deepEqual(refused, [{ what: 'nameless/octopus-nameless', why: 'it has no label.tenant' }]);
  assert.ok(!api.received.some((request) => request.includes(PODS)), 'pods are not asked for');
});

test('the node is that of its pods, where a template names it', async (t) => {
  const { api, list } = await scene(t, { info: { node: '{node}' } });
  api.put(STATEFULSETS, workload('acme', { tenant: 'acme' }, 1));
  api.put(STATEFULSETS, workload('globex', { tenant: 'globex' }, 2));
  api.put(STATEFULSETS, workload('waiting', { tenant: 'waiting' }, 1));
  api.put(PODS, pod('acme', 'octopus-0', 'node-7'));
  api.put(PODS, pod('globex', 'octopus-0', 'node-9'));
  api.put(PODS, pod('globex', 'octopus-1', 'node-8'));
  api.put(PODS, pod('waiting', 'octopus-0', undefined));
  const { instances } = await list();
  assert.deepEqual(
    instances.map(({ tenant, info }) => [tenant, info]),
    [
      ['acme', { node: 'node-7' }],
      ['globex', { node: 'node-8,node-9' }],
      ['waiting', {}],
    ],
  );
});

test('services, and one namespace alone', async (t) => {
  const path = '/api/v1/namespaces/acme/services';
  const { api, list } = await scene(t, {}, { kind: 'services', namespace: 'acme' });
  api.put(path, workload('acme', { tenant: 'acme' }));
  const { instances } = await list();
  assert.deepEqual(
    instances.map(({ tenant, asleep }) => [tenant, asleep]),
    [['acme', false]],
  );
});

test('what changes is in the next list, and nothing is listed for it', async (t) => {
  const { api, list } = await scene(t);
  const asleep = async (): Promise<string> => (await list()).instances.map((each) => each.asleep).join();
  api.put(STATEFULSETS, workload('acme', { tenant: 'acme' }, 1));
  assert.equal(await asleep(), 'false');
  api.put(STATEFULSETS, workload('acme', { tenant: 'acme' }, 0));
  await eventually('it sleeps', async () => (await asleep()) === 'true');
  api.remove(STATEFULSETS, workload('acme', { tenant: 'acme' }, 0));
  await eventually('it is gone', async () => (await asleep()) === '');
  assert.deepEqual(
    api.received.filter((request) => request.startsWith('list')),
    [`list ${STATEFULSETS}`],
  );
});

for (const [fault, expected] of [
  [403, { reason: 'forbidden', message: /list statefulsets/ }],
  ['html', { reason: 'malformed' }],
] as const)
  test(`a cluster that answers ${fault} is a failure and no list`, async (t) => {
    const { api, list } = await scene(t);
    api.put(STATEFULSETS, workload('acme', { tenant: 'acme' }, 1));
    api.fault = () => fault;
    await assert.rejects(list(), expected);
  });
