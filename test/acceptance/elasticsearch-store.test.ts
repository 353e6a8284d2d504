import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test, type TestContext } from 'node:test';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { streamName } from '../../src/model/dataset.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { openDeadLetters } from '../../src/spool/dead-letters.ts';
import { runSender } from '../../src/spool/sender.ts';
import { openSpool, type Spool } from '../../src/spool/spool.ts';
import { createElasticsearchStore, type ElasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { systemClock } from '../../src/system/system-clock.ts';
import { systemDisk } from '../../src/system/system-disk.ts';
import { eventBatch, pendingFrames, queueDataset, quietLog, requestDataset } from '../fakes/spool-harness.ts';

const url = process.env.ES_URL ?? '';
const skip = url === '' ? 'ES_URL names no Elasticsearch' : false;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const never = new AbortController().signal;

interface Search {
  readonly hits: {
    readonly hits: readonly { readonly _id: string; readonly _source: Record<string, unknown> }[];
  };
}

async function get(path: string): Promise<Record<string, never>> {
  const response = await fetch(`${url}/${path}`, { signal: AbortSignal.timeout(10_000) });
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return (await response.json()) as Record<string, never>;
}

/** The newest documents of a stream, at most 1,000. */
async function documents(stream: string): Promise<Record<string, unknown>[]> {
  await fetch(`${url}/${stream}/_refresh`, { method: 'POST' });
  const found = (await get(`${stream}/_search?size=1000&sort=@timestamp:desc`)) as unknown as Search;
  return found.hits.hits.map((hit) => hit['_source']);
}

describe('a real Elasticsearch', { skip, timeout: 120_000 }, () => {
  const now = Date.now();
  const namespace = `t${now}`;
  const events = streamName(requestDataset, namespace);
  const gauges = streamName(queueDataset, namespace);
  const late = `metrics-octopus.late-${namespace}`;
  let store: ElasticsearchStore;

  before(async () => {
    store = createElasticsearchStore({
      nodes: [url],
      namespace,
      datasets: [requestDataset, queueDataset],
      log: quietLog,
      eventsRetentionMs: 7 * DAY,
      metricsRetentionMs: 90 * DAY,
      timeBounds: { start: new Date(now - HOUR).toISOString(), end: new Date(now + HOUR).toISOString() },
    });
    await store.installTemplates(never);
    await store.installTemplates(never);
  });

  /** A spool on the real disk, and a run of the sender until nothing is pending. */
  async function openPipeline(
    t: TestContext,
  ): Promise<{ spool: Spool; directory: string; send(): Promise<void> }> {
    const directory = await mkdtemp(join(tmpdir(), 'octowatch-store-'));
    const base = { disk: systemDisk, clock: systemClock, log: quietLog, metrics: NO_METRICS };
    const spool = await openSpool({
      ...base,
      directory: join(directory, 'spool'),
      namespace,
      maxBytes: 100_000_000,
      policy: 'block',
    });
    const deadLetters = await openDeadLetters({ ...base, directory: join(directory, 'dead') });
    t.after(async () => {
      await spool.close();
      await deadLetters.close();
      await rm(directory, { recursive: true });
    });
    async function send(): Promise<void> {
      const stop = new AbortController();
      const options = { ...base, spool, store, deadLetters, random: Math.random };
      const running = runSender({ ...options, signal: stop.signal });
      const deadline = Date.now() + 30_000;
      while (spool.pendingBytes > 0 && Date.now() < deadline) await systemClock.sleep(10);
      stop.abort();
      await running;
      assert.equal(spool.pendingBytes, 0);
    }
    return { spool, directory, send };
  }

  test('what goes through spool and sender reads back as it was; 5,000 events, a poison one to the dead letters', async (t) => {
    const { spool, directory, send } = await openPipeline(t);
    const columns = new ColumnBatch();
    const values = {
      duration_seconds: 0.25,
      bytes: 10,
      user: 'ann "x"',
      message: 'grüße\n',
      slow: true,
      finished: now,
    };
    columns.add(
      { dataset: requestDataset, time: now, dimensions: { route: '/api' }, values, id: 'own' },
      'acme',
    );
    columns.add(
      { dataset: requestDataset, time: Number.NaN, dimensions: {}, values: {}, id: 'poison' },
      'acme',
    );
    const metrics = { test_queue_length: 3, test_seen_total: 8 };
    columns.add({ dataset: queueDataset, time: now, dimensions: { node: 'n1' }, values: metrics }, 'acme');
    await spool.write({ source: 's', position: 1, columns });
    await spool.write(eventBatch('bulk', 0, 5000, 'x'.repeat(50)));
    await send();
    const { read, delivered, deadLettered, pending } = spool.ledger;
    assert.deepEqual(
      { read, delivered, deadLettered, pending },
      { read: 5003, delivered: 5002, deadLettered: 1, pending: 0 },
    );

    const [event] = (await documents(events)).filter((document) => document['user'] !== undefined);
    const at = new Date(now).toISOString();
    assert.deepEqual(event, { '@timestamp': at, tenant: 'acme', route: '/api', ...values, finished: at });
    assert.equal((await get(`${events}/_count`))['count'], 5001);
    assert.deepEqual(await documents(gauges), [{ '@timestamp': at, tenant: 'acme', node: 'n1', ...metrics }]);

    const letters = (await readFile(join(directory, 'dead', 'current.ndjson'), 'utf8')).trimEnd().split('\n');
    assert.equal(letters.length, 1);
    assert.equal(JSON.parse(letters[0]!).action.create['_id'], 'poison');
    assert.match(JSON.parse(letters[0]!).reason, /@timestamp/);
  });

  test('the same frame again stores nothing again, events and gauges', async (t) => {
    const { spool } = await openPipeline(t);
    const columns = new ColumnBatch();
    columns.add(
      {
        dataset: queueDataset,
        time: now - 5000,
        dimensions: { node: 'n2' },
        values: { test_queue_length: 1 },
      },
      'acme',
    );
    await spool.write({ source: 's', position: 1, columns });
    await spool.write(eventBatch('replay', 0, 10));
    const count = async (): Promise<number> =>
      (await documents(events)).length + (await documents(gauges)).length;
    const frames = await pendingFrames(spool);
    for (const frame of frames) await store.deliver(frame.body, frame.documents, never);
    const once = await count();
    for (const frame of frames) {
      const again = await store.deliver(frame.body, frame.documents, never);
      assert.deepEqual(again, { delivered: frame.documents, rejected: [], retry: [] });
    }
    assert.equal(await count(), once);
  });

  test('a gauge outside the time window goes to the stream for late ones, once', async (t) => {
    const { spool } = await openPipeline(t);
    const columns = new ColumnBatch();
    for (const time of [now - 20 * DAY, now - 1000]) {
      columns.add(
        { dataset: queueDataset, time, dimensions: { node: 'n3' }, values: { test_queue_length: 1 } },
        'acme',
      );
    }
    await spool.write({ source: 's', position: 1, columns });
    const [frame] = await pendingFrames(spool);
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await store.deliver(frame!.body, 2, never), { delivered: 2, rejected: [], retry: [] });
    }
    const found = await documents(late);
    assert.deepEqual(
      found.map((document) => document['@timestamp']),
      [new Date(now - 20 * DAY).toISOString()],
    );
  });

  test('indices have the modes and mappings that the datasets declare', async () => {
    const settings = await get(`${events},${gauges}/_settings?flat_settings`);
    const modes = Object.values(settings).map(
      ({ settings: flat }) => (flat as Record<string, string>)['index.mode'],
    );
    assert.deepEqual(new Set(modes), new Set(['logsdb', 'time_series']));
    const mapping = async (
      stream: string,
    ): Promise<
      Record<
        string,
        { type: string; index?: boolean; time_series_dimension?: boolean; time_series_metric?: string }
      >
    > =>
      (Object.values(await get(`${stream}/_mapping`))[0] as unknown as { mappings: { properties: never } })
        .mappings.properties;
    const event = await mapping(events);
    assert.deepEqual(event['duration_seconds'], { type: 'float', index: false });
    assert.deepEqual(event['tenant'], { type: 'keyword', index: false, ignore_above: 1024 });
    const gauge = await mapping(gauges);
    assert.equal(gauge['node']?.time_series_dimension, true);
    assert.equal(gauge['test_queue_length']?.time_series_metric, 'gauge');
    assert.equal(gauge['test_seen_total']?.time_series_metric, 'counter');
  });

  test('a field that was not declared is kept and not mapped', async () => {
    const action = JSON.stringify({ create: { _index: events, _id: 'undeclared' } });
    const { gzipSync } = await import('node:zlib');
    const body = gzipSync(`${action}\n{"@timestamp":"${new Date(now).toISOString()}","surprise":{"a":1}}\n`);
    assert.equal((await store.deliver(body, 1, never)).delivered, 1);
    const mapping = JSON.stringify(await get(`${events}/_mapping`));
    assert.ok(!mapping.includes('surprise'));
  });

  test('numbers add up and group by dimension without an inverted index', async () => {
    const query = {
      size: 0,
      query: { term: { tenant: 'acme' } },
      aggs: { by: { terms: { field: 'tenant' }, aggs: { sum: { sum: { field: 'bytes' } } } } },
    };
    const response = await fetch(`${url}/${events}/_search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(query),
    });
    const answer = (await response.json()) as {
      aggregations: { by: { buckets: { key: string; sum: { value: number } }[] } };
    };
    assert.deepEqual(
      answer.aggregations.by.buckets.map(({ key, sum }) => [key, sum.value]),
      [['acme', 10]],
    );
  });
});
