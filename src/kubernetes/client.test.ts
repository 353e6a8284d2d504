import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { kubeconfigOf, startFakeKubernetes, type FakeKubernetes } from '../../test/fakes/kubernetes-api.ts';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import type { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { isAbsent } from './answer.ts';
import { createKubernetesClient, type KubernetesClient } from './client.ts';
import { keyOf } from './fields.ts';

const PODS = '/api/v1/pods';
const pods = { name: 'pods', path: PODS, pick: keyOf };

async function start(t: TestContext): Promise<{ api: FakeKubernetes; client: KubernetesClient }> {
  const api = await startFakeKubernetes(t);
  return { api, client: clientOf(t, api.kubeconfig) };
}

function clientOf(t: TestContext, kubeconfig: string | undefined, context?: string): KubernetesClient {
  const access = { kubeconfig, context };
  const client = createKubernetesClient({ cluster: 'prod-1', access, clock: new VirtualClock() });
  t.after(() => client.close());
  return client;
}

function failureOf(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error as Failure,
  );
}

test('lists what a label selector names, all pages', async (t) => {
  const { api, client } = await start(t);
  for (let i = 0; i < 600; i++)
    api.put(PODS, { metadata: { name: `p${i}`, labels: { app: i % 3 === 0 ? 'octopus' : 'other' } } });
  const found = await client.list({ ...pods, labelSelector: 'app=octopus' }, t.signal);
  assert.equal(found.length, 200);
  assert.equal((await client.list(pods, t.signal)).length, 600);
  assert.equal(api.received.length, 3);
});

test('lists one namespace by its own path', async (t) => {
  const { api, client } = await start(t);
  api.put('/api/v1/namespaces/acme/pods', { metadata: { name: 'octopus-0', namespace: 'acme' } });
  assert.deepEqual(await client.list({ ...pods, namespace: 'acme' }, t.signal), ['acme/octopus-0']);
});

test('a list whose place expired between two pages is asked for once more, in one page', async (t) => {
  const { api, client } = await start(t);
  for (let i = 0; i < 1200; i++) api.put(PODS, { metadata: { name: `p${i}` } });
  let calls = 0;
  api.fault = () => (++calls === 2 ? 410 : undefined);
  assert.equal((await client.list(pods, t.signal)).length, 1200);
  assert.equal(calls, 3);
});

const STATUSES: readonly (readonly [number, string, boolean])[] = [
  [400, 'rejected', false],
  [401, 'unauthorized', false],
  [403, 'forbidden', false],
  [404, 'not_found', false],
  [409, 'rejected', false],
  [429, 'rate_limited', true],
  [500, 'server_error', true],
  [503, 'server_error', true],
];
for (const [status, reason, retryable] of STATUSES)
  test(`HTTP ${status} is a failure: ${reason}`, async (t) => {
    const { api, client } = await start(t);
    api.fault = () => status;
    const failure = await failureOf(client.call({ path: PODS, signal: t.signal, what: 'list pods' }));
    assert.deepEqual([failure.reason, failure.retryable], [reason, retryable]);
    assert.match(failure.message, /^prod-1: list pods: /);
    assert.equal(isAbsent(failure), status === 404);
  });

test('an answer that is no JSON object is malformed; a list without items as well', async (t) => {
  const { api, client } = await start(t);
  api.fault = () => 'html';
  assert.equal((await failureOf(client.list(pods, t.signal))).reason, 'malformed');
  api.fault = () => undefined;
  api.documents.set(PODS, { kind: 'Status' });
  assert.equal((await failureOf(client.list(pods, t.signal))).reason, 'malformed');
});

test('no answer ends with the signal, or at the deadline', async (t) => {
  const { api } = await start(t);
  api.fault = () => 'hang';
  const clock = new VirtualClock();
  const access = { kubeconfig: api.kubeconfig };
  const client = createKubernetesClient({ cluster: 'prod-1', access, clock });
  t.after(() => client.close());
  const stop = new AbortController();
  const stopped = failureOf(client.call({ path: PODS, signal: stop.signal }));
  const late = failureOf(client.call({ path: PODS, signal: t.signal, deadlineMs: 5000 }));
  while (api.received.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  assert.equal((await stopped).reason, 'aborted');
  await clock.advance(5000);
  const { reason, message } = await late;
  assert.deepEqual([reason, message], ['timeout', `prod-1: GET ${PODS}: no answer in 5000 ms`]);
});

for (const [what, isPassedOn, made] of [
  ['a kubelet that is silent leaves the connections of the API server alone', true, 3],
  ['an API server that is silent has all connections made anew', false, 4],
] as const)
  test(what, async (t) => {
    const { api } = await start(t);
    api.put(PODS, { metadata: { name: 'p' } });
    api.fault = (verb) => (verb === 'GET' ? 'hang' : undefined);
    const clock = new VirtualClock();
    const access = { kubeconfig: api.kubeconfig };
    const client = createKubernetesClient({ cluster: 'prod-1', access, clock });
    t.after(() => client.close());
    const late = failureOf(client.call({ path: '/stats', signal: t.signal, deadlineMs: 5000, isPassedOn }));
    while (api.received.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.list(pods, t.signal);
    await clock.advance(5000);
    assert.equal((await late).reason, 'timeout');
    await Promise.all([client.list(pods, t.signal), client.list(pods, t.signal)]);
    assert.equal(api.connections(), made);
  });

test('a list of more than is kept ends at the page that is too much', async (t) => {
  const { api, client } = await start(t);
  for (let i = 0; i < 1600; i++) api.put(PODS, { metadata: { name: `p${i}` } });
  const failure = await failureOf(client.list({ ...pods, maxObjects: 900 }, t.signal));
  assert.deepEqual([failure.reason, failure.message], ['too_large', 'more than 900 pods in the cluster']);
  assert.equal(api.received.length, 2);
});

test('nobody there is a network failure that may go over', async (t) => {
  const path = join(temporaryDirectory(), 'kubeconfig');
  writeFileSync(path, kubeconfigOf('http://127.0.0.1:9'));
  const { reason, retryable } = await failureOf(clientOf(t, path).list(pods, t.signal));
  assert.deepEqual([reason, retryable], ['network', true]);
});

test('a kubeconfig that cannot be read says so, and nothing of what is in it', async (t) => {
  const path = join(temporaryDirectory(), 'kubeconfig');
  writeFileSync(path, 'users:\n  - name: a\n    user: { token: SECRET-TOKEN\n  broken');
  const { reason, message } = await failureOf(clientOf(t, path).list(pods, t.signal));
  assert.equal(reason, 'invalid');
  assert.match(message, /^prod-1: list pods: kubeconfig .* cannot be read: /);
  assert.doesNotMatch(message, /SECRET-TOKEN/);
});

test('what access lacks is said in words of the configuration', async (t) => {
  const { api } = await start(t);
  const wrong = await failureOf(clientOf(t, api.kubeconfig, 'staging').list(pods, t.signal));
  assert.match(wrong.message, /context staging names no cluster: set `context` to one of the kubeconfig/);
  const missing = await failureOf(clientOf(t, '/nowhere/kubeconfig').list(pods, t.signal));
  assert.match(missing.message, /kubeconfig \/nowhere\/kubeconfig cannot be read/);
  const outside = await failureOf(clientOf(t, undefined).list(pods, t.signal));
  assert.match(outside.message, /not in a cluster: set `kubeconfig`/);
});
