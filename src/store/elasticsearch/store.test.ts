import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { countedMetrics } from '../../../test/contract/counted-metrics.ts';
import { startFakeElasticsearch, type FakeElasticsearch } from '../../../test/fakes/elasticsearch.ts';
import { queueDataset, quietLog, requestDataset } from '../../../test/fakes/spool-harness.ts';
import { Failure } from '../../model/failure.ts';
import type { Connection } from './connection.ts';
import {
  createElasticsearchStore,
  storeOn,
  type ElasticsearchStore,
  type ElasticsearchStoreOptions,
} from './store.ts';

const STREAM = 'logs-octopus.request-prod';

async function open(
  t: TestContext,
  options: Partial<ElasticsearchStoreOptions> = {},
): Promise<{ fake: FakeElasticsearch; store: ElasticsearchStore }> {
  const fake = await startFakeElasticsearch();
  const datasets = [requestDataset, queueDataset];
  const store = createElasticsearchStore({
    nodes: [fake.url],
    namespace: 'prod',
    datasets,
    log: quietLog,
    ...options,
  });
  t.after(async () => {
    await store.close();
    await fake.close();
  });
  return { fake, store };
}

function body(count: number, stream = STREAM, withId = true): Uint8Array {
  const lines = Array.from({ length: count }, (_, at) => {
    const create = { _index: stream, ...(withId ? { _id: `id-${at}` } : {}) };
    return `${JSON.stringify({ create })}\n${JSON.stringify({ at })}\n`;
  });
  return gzipSync(lines.join(''));
}

const never = new AbortController().signal;

test('a gzipped body is stored; sent again, each 409 counts as delivered', async (t) => {
  const { fake, store } = await open(t);
  const all = { delivered: 3, rejected: [], retry: [] };
  assert.deepEqual(await store.deliver(body(3), 3, never), all);
  assert.deepEqual(await store.deliver(body(3), 3, never), all);
  assert.deepEqual([...fake.api.documents().get(STREAM)!.values()], [{ at: 0 }, { at: 1 }, { at: 2 }]);
});

test('items: 429 and 5xx for later, other 4xx rejected with the reason', async (t) => {
  const { fake, store } = await open(t);
  fake.next({ kind: 'items', status: (index) => [undefined, 429, 400, 503][index] });
  assert.deepEqual(await store.deliver(body(5), 5, never), {
    delivered: 2,
    rejected: [{ index: 2, reason: 'scripted_400 x' }],
    retry: [1, 3],
  });
});

test('a refused request is a Failure with the reason of its status', async (t) => {
  const { fake, store } = await open(t);
  const cases = [
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [413, 'too_large', false],
    [400, 'rejected', false],
    [429, 'rate_limited', true],
    [503, 'server_error', true],
  ] as const;
  for (const [status, reason, retryable] of cases) {
    fake.next({ kind: 'status', status });
    await assert.rejects(store.deliver(body(1), 1, never), { name: 'Failure', reason, retryable });
  }
  assert.equal(fake.api.bulks.length, cases.length, 'the client itself never tries again');
});

test('Retry-After is passed on', async (t) => {
  const { fake, store } = await open(t);
  fake.next({ kind: 'status', status: 429, retryAfterSeconds: 7 });
  await assert.rejects(store.deliver(body(1), 1, never), { retryAfterMs: 7000 });
});

test('a connection reset after the documents were taken: sent again, none is doubled', async (t) => {
  const { fake, store } = await open(t);
  fake.next({ kind: 'reset' });
  await assert.rejects(store.deliver(body(2), 2, never), { reason: 'network', retryable: true });
  assert.equal((await store.deliver(body(2), 2, never)).delivered, 2);
  assert.equal(fake.api.documents().get(STREAM)?.size, 2);
});

test('an answer cut short is no success', async (t) => {
  const { fake, store } = await open(t);
  fake.next({ kind: 'cut' });
  await assert.rejects(store.deliver(body(2), 2, never), { retryable: true });
});

test('an answer about fewer documents than sent is no success', async (t) => {
  const { store } = await open(t);
  await assert.rejects(store.deliver(body(2), 3, never), { reason: 'malformed', retryable: true });
});

test('a server that never answers: the deadline or the signal ends it', async (t) => {
  const { fake, store } = await open(t, { requestTimeoutMs: 50 });
  fake.next({ kind: 'hang' }, { kind: 'hang' });
  await assert.rejects(store.deliver(body(1), 1, never), { reason: 'timeout', retryable: true });
  const stop = new AbortController();
  const delivery = assert.rejects(store.deliver(body(1), 1, stop.signal), { reason: 'aborted' });
  stop.abort();
  await delivery;
});

test('nobody listens: a network failure that names no secret', async (t) => {
  const { fake } = await open(t);
  await fake.close();
  const auth = { apiKey: 'c2VjcmV0' };
  const store = createElasticsearchStore({
    nodes: [fake.url],
    auth,
    namespace: 'prod',
    datasets: [],
    log: quietLog,
  });
  t.after(() => store.close());
  await assert.rejects(store.deliver(body(1), 1, never), (error: Error) => {
    assert.ok(!inspect(error, { depth: 3, showHidden: true }).includes('c2VjcmV0'));
    return 'reason' in error && error.reason === 'network';
  });
});

test('templates are installed once; a changed one again', async (t) => {
  const { fake, store } = await open(t);
  await store.installTemplates(never);
  assert.deepEqual(
    [...fake.api.templates.keys()],
    [STREAM, 'metrics-octopus.queue-prod', 'metrics-octopus.late-prod'],
  );
  const before = fake.api.templates.get(STREAM);
  await store.installTemplates(never);
  assert.equal(fake.api.templates.get(STREAM), before);
  const nodes = [fake.url];
  const changed = {
    namespace: 'prod',
    datasets: [requestDataset],
    log: quietLog,
    eventsRetentionMs: 86_400_000,
  };
  const other = createElasticsearchStore({ nodes, ...changed });
  t.after(() => other.close());
  await other.installTemplates(never);
  assert.notDeepEqual(fake.api.templates.get(STREAM), before);
});

test('gauges outside of time-series streams get ids, so that a second delivery is no second document', async (t) => {
  const { fake, store } = await open(t, { timeSeries: false });
  const stream = 'metrics-octopus.queue-prod';
  for (let time = 0; time < 2; time++) {
    assert.equal((await store.deliver(body(3, stream, false), 3, never)).delivered, 3);
  }
  assert.deepEqual([...fake.api.documents().get(stream)!.values()], [{ at: 0 }, { at: 1 }, { at: 2 }]);
});

test('after an attempt of unknown outcome and a rollover, what was stored is found and not sent again', async (t) => {
  const { fake, store } = await open(t);
  await store.deliver(body(1), 1, never);
  await store.installTemplates(never);
  const mark = store.mark!();
  assert.deepEqual(mark, { [STREAM]: `.ds-${STREAM}-000001` });
  fake.next({ kind: 'reset' });
  await assert.rejects(store.deliver(body(3), 3, never));
  fake.api.rollOver(STREAM);
  assert.deepEqual(await store.deliver(body(5), 5, never, mark), { delivered: 5, rejected: [], retry: [] });
  assert.deepEqual(fake.api.bulks, [1, 3, 2]);
  assert.deepEqual(new Set(fake.api.copies().values()), new Set([1]));
  assert.deepEqual(store.mark!(), { [STREAM]: `.ds-${STREAM}-000002` });
});

test('what is refused of the rest is told by its place in the whole body', async (t) => {
  const { fake, store } = await open(t);
  await store.deliver(body(2), 2, never);
  fake.api.rollOver(STREAM);
  fake.next({ kind: 'items', status: (index) => [undefined, 429, 400][index] });
  assert.deepEqual(await store.deliver(body(5), 5, never, {}), {
    delivered: 3,
    rejected: [{ index: 4, reason: 'scripted_400 x' }],
    retry: [3],
  });
});

test('a key that may not read: sent anyway, counted, told once', async (t) => {
  const { metrics, counts } = countedMetrics();
  const told: string[] = [];
  const log = { ...quietLog, warn: (_fields: object, message: string) => void told.push(message) };
  const { fake, store } = await open(t, { metrics, log });
  fake.api.mayRead = false;
  for (let time = 0; time < 2; time++) {
    assert.equal((await store.deliver(body(3), 3, never, {})).delivered, 3);
  }
  assert.equal(counts.get('octowatch_store_unknown_total{}'), 6);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /may not read/);
});

test('what fails after some documents were stored does not look like a request that took none', async () => {
  const late = { create: { status: 400, error: { type: 'timestamp_error' } } };
  for (const reason of ['rate_limited', 'forbidden', 'too_large', 'rejected'] as const) {
    const connection: Connection = {
      request: ({ gzippedLines }) => {
        const isFirst = !gunzipSync(gzippedLines ?? '').includes('octopus.late-prod');
        if (isFirst) return Promise.resolve({ items: [{ create: { status: 201 } }, late] });
        return Promise.reject(new Failure(reason, 'no', { retryAfterMs: 7000 }));
      },
      close: () => Promise.resolve(),
    };
    const store = storeOn(connection, { namespace: 'prod', datasets: [], log: quietLog });
    const expected = { reason: 'server_error', retryable: true, retryAfterMs: 7000 };
    await assert.rejects(store.deliver(body(2), 2, never), expected);
  }
});
