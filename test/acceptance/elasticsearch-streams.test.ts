import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { defineDataset, streamName, type Dataset, type EventDataset } from '../../src/model/dataset.ts';
import type { Delivery } from '../../src/model/ports.ts';
import { rollupStreamName } from '../../src/model/rollup.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { OpenWindows } from '../../src/spool/rollups/open-windows.ts';
import { createElasticsearchStore, type ElasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { quietLog } from '../fakes/spool-harness.ts';

const url = process.env.ES_URL ?? '';
const skip = url === '' ? 'ES_URL names no Elasticsearch' : false;
const never = new AbortController().signal;
const NOW = Date.now();
const WINDOW = Math.floor(NOW / 10_000) * 10_000 - 60_000;
const HOUR = 3_600_000;

const requests = defineDataset({
  name: 'request',
  kind: 'event',
  help: 'Requests of a test.',
  dimensions: { route: { help: 'Route.' }, status: { help: 'Status.' } },
  fields: { duration_seconds: { type: 'double', unit: 'seconds', help: 'Duration.' } },
  derives: {},
  rollup: { windowMs: 10_000, by: ['route'], of: { duration_seconds: [0.05] } },
});
/** A later release: a field, buckets and a metric more. */
const grown = defineDataset({
  ...requests,
  fields: { ...requests.fields, bytes: { type: 'long', help: 'Size.' } },
  rollup: { windowMs: 10_000, by: ['route'], of: { duration_seconds: [0.05, 0.2], bytes: [] } },
});
/** Another: a field of another type, and rollups that are told apart by status too. */
const changed = defineDataset({
  ...requests,
  fields: { duration_seconds: { type: 'long', unit: 'seconds', help: 'Whole seconds.' } },
  rollup: { windowMs: 10_000, by: ['route', 'status'], of: { duration_seconds: [0.05] } },
});

let spaces = 0;

describe('streams of a real Elasticsearch', { skip, timeout: 120_000 }, () => {
  async function open(
    datasets: readonly Dataset[],
    namespace = `s${NOW}x${spaces++}`,
    more: { readonly timeSeries?: boolean; readonly counted?: unknown[] } = {},
  ): Promise<{ store: ElasticsearchStore; namespace: string }> {
    const { counted = [], ...options } = more;
    const metrics = { ...NO_METRICS, increment: (...args: unknown[]) => void counted.push(args) };
    const store = createElasticsearchStore({
      nodes: [url],
      namespace,
      datasets,
      log: quietLog,
      metrics,
      timeBounds: { start: new Date(NOW - HOUR).toISOString(), end: new Date(NOW + HOUR).toISOString() },
      ...options,
    });
    await store.installTemplates(never);
    return { store, namespace };
  }

  test('two agents that serve one tenant: no rollup hides another, a replay stores nothing again', async () => {
    const counted: unknown[] = [];
    const { store, namespace } = await open([requests], undefined, { counted });
    const bodies = ['one', 'two', 'three'].map((emitter) => rollup(requests, namespace, emitter, 5));
    for (let round = 0; round < 3; round++) {
      for (const body of bodies) assert.deepEqual(await deliver(store, body), delivered(2));
    }
    await store.close();
    const found = await documents(rollupStreamName('request', namespace));
    assert.equal(found.length, 6);
    assert.equal(total(found, 'count'), 30);
    const places = found.map((document) => Date.parse(String(document['@timestamp'])) - WINDOW);
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      [0, 0, 1, 1, 3, 3],
    );
    const name = 'octowatch_rollup_conflicts_total';
    assert.ok(
      counted.some((call) => JSON.stringify(call) === JSON.stringify([name, { outcome: 'same' }, 2])),
    );
    assert.ok(
      counted.some((call) => JSON.stringify(call) === JSON.stringify([name, { outcome: 'moved' }, 2])),
    );
  });

  test('without time-series mode the same holds by ids of our own', async () => {
    const { store, namespace } = await open([requests], undefined, { timeSeries: false });
    for (const emitter of ['one', 'two', 'one'])
      await deliver(store, rollup(requests, namespace, emitter, 5));
    await store.close();
    const found = await documents(rollupStreamName('request', namespace));
    assert.equal(total(found, 'count'), 20);
    assert.deepEqual(found.map((document) => String(document['_id'])).toSorted(), [
      'one-0-0',
      'one-0-1',
      'two-0-0',
      'two-0-1',
    ]);
  });

  test('rollups outside the time window go to the stream for late ones, once, and add up there', async () => {
    const { store, namespace } = await open([requests]);
    const body = rollup(requests, namespace, 'one', 7, WINDOW - 48 * HOUR);
    for (let round = 0; round < 2; round++) assert.deepEqual(await deliver(store, body), delivered(2));
    await store.close();
    const late = `metrics-octopus.late-${namespace}`;
    assert.equal(await sumOf(late, 'count'), 14);
    assert.equal(await sumOf(late, 'duration_seconds_le_0_05'), 14);
  });

  test('a new release teaches streams that hold data its fields: at once, in the same index', async () => {
    const { store, namespace } = await open([requests]);
    const [events, rollups] = [streamName(requests, namespace), rollupStreamName('request', namespace)];
    await deliver(store, event(namespace, 'old', { duration_seconds: 1 }));
    await deliver(store, rollup(requests, namespace, 'old', 3));
    await store.close();
    const { store: newer } = await open([grown], namespace);
    await deliver(newer, event(namespace, 'new', { duration_seconds: 1, bytes: 500 }));
    await deliver(newer, rollup(grown, namespace, 'new', 4));
    await newer.close();
    assert.equal(await sumOf(events, 'bytes'), 500);
    assert.equal(await sumOf(events, 'duration_seconds'), 2);
    assert.equal(await sumOf(rollups, 'duration_seconds_le_0_2'), 8);
    assert.equal(await sumOf(rollups, 'bytes_sum'), 80);
    assert.equal(await sumOf(rollups, 'count'), 14);
    for (const stream of [events, rollups]) assert.equal((await backingIndexes(stream)).length, 1);
  });

  test('what an index cannot learn begins with a new one; the data before stays', async () => {
    const { store, namespace } = await open([requests], undefined, { timeSeries: false });
    const events = streamName(requests, namespace);
    await deliver(store, event(namespace, 'old', { duration_seconds: 1 }));
    await store.close();
    const { store: newer } = await open([changed], namespace, { timeSeries: false });
    await deliver(newer, event(namespace, 'new', { duration_seconds: 3 }));
    await deliver(newer, rollup(changed, namespace, 'new', 4));
    await newer.close();
    assert.equal((await backingIndexes(events)).length, 2);
    assert.equal((await documents(events)).length, 2);
    assert.equal(await sumOf(rollupStreamName('request', namespace), 'count'), 8);
  });

  /** The rollups of `count` requests to each of two routes in one window. */
  function rollup(
    dataset: EventDataset,
    namespace: string,
    emitter: string,
    count: number,
    window = WINDOW,
  ): Uint8Array {
    const windows = new OpenWindows({ namespace, emitter, metrics: NO_METRICS });
    const columns = new ColumnBatch();
    for (let i = 0; i < count * 2; i++) {
      const dimensions = { route: `/r${i % 2}`, status: '200' };
      columns.add(
        { dataset, time: window + i, dimensions, values: { duration_seconds: 0.01, bytes: 10 } },
        'acme',
      );
    }
    windows.add(windows.contribution(columns) ?? [], window);
    const emission = windows.due(NOW + HOUR);
    assert.equal(emission?.documents, 2);
    return gzipSync(emission.lines);
  }
});

function event(namespace: string, id: string, fields: Readonly<Record<string, number>>): Uint8Array {
  const action = { create: { _index: streamName(requests, namespace), _id: id } };
  const document = { '@timestamp': new Date(WINDOW).toISOString(), tenant: 'acme', ...fields };
  return gzipSync(`${JSON.stringify(action)}\n${JSON.stringify(document)}\n`);
}

function deliver(store: ElasticsearchStore, body: Uint8Array): Promise<Delivery> {
  const lines = gunzipSync(body).toString().trimEnd().split('\n').length;
  return store.deliver(body, lines / 2, never);
}

function delivered(count: number): Delivery {
  return { delivered: count, rejected: [], retry: [] };
}

function total(found: readonly Record<string, unknown>[], field: string): number {
  return found.reduce((all, document) => all + Number(document[field]), 0);
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(`${url}/${path}`, { method, headers, signal, ...json });
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return response.json();
}

async function documents(stream: string): Promise<Record<string, unknown>[]> {
  await ask('POST', `${stream}/_refresh`);
  const found = (await ask('GET', `${stream}/_search?size=1000`)) as {
    hits: { hits: { _id: string; _source: Record<string, unknown> }[] };
  };
  return found.hits.hits.map((hit) => ({ _id: hit['_id'], ...hit['_source'] }));
}

async function sumOf(stream: string, field: string): Promise<number> {
  await ask('POST', `${stream}/_refresh`);
  const query = { size: 0, aggs: { sum: { sum: { field } } } };
  const answer = (await ask('POST', `${stream}/_search`, query)) as {
    aggregations: { sum: { value: number } };
  };
  return answer.aggregations.sum.value;
}

async function backingIndexes(stream: string): Promise<string[]> {
  return Object.keys((await ask('GET', `${stream}/_mapping`)) as object);
}
