import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startFakeKubernetes, type FakeKubernetes } from '../../test/fakes/kubernetes-api.ts';
import { createKubernetesClient } from '../kubernetes/client.ts';
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
  t.after(() => client.close());
  const { list } = createKubernetesDiscoverer({
    name: 'prod',
    settings: '',
    intervalMs: 60_000,
    timeoutMs: 10_000,
    cluster: 'prod',
    selection: { kind: 'statefulsets', labelSelector: 'app=octopus', ...selection },
    template: { ...TEMPLATE, ...template },
    client: () => client,
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
  assert.deepEqual(api.received, [`list ${STATEFULSETS}`], 'pods are not asked for');
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

test('a cluster that refuses or does not answer as one is a failure and no list', async (t) => {
  const { api, list } = await scene(t);
  api.put(STATEFULSETS, workload('acme', { tenant: 'acme' }, 1));
  api.fault = () => 403;
  await assert.rejects(list(), { reason: 'forbidden', message: /list statefulsets/ });
  api.fault = () => 'html';
  await assert.rejects(list(), { reason: 'malformed' });
});
