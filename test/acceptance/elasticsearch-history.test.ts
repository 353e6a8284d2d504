import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { defineDataset, streamName } from '../../src/model/dataset.ts';
import type { HistoryReader } from '../../src/model/history.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { evaluateRangeYielding } from '../../src/promql/evaluate.ts';
import { parseExpression } from '../../src/promql/parser.ts';
import { seriesRequests } from '../../src/promql/series-requests.ts';
import { OpenWindows } from '../../src/spool/rollups/open-windows.ts';
import { createConnection, type Connection } from '../../src/store/elasticsearch/connection.ts';
import { createElasticsearchHistory } from '../../src/store/elasticsearch/history/history.ts';
import { storeOn, type ElasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { quietLog } from '../fakes/spool-harness.ts';
import { eventually } from './eventually.ts';

const url = process.env.ES_URL ?? '';
const skip = url === '' ? 'ES_URL names no Elasticsearch' : false;
const never = new AbortController().signal;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const BEGIN = NOW - 12 * HOUR;

const nodes = defineDataset({
  name: 'node',
  kind: 'gauge',
  help: 'Nodes of a test.',
  dimensions: { node: { help: 'Node.' } },
  metrics: {
    node_up: { type: 'gauge', unit: 'none', help: 'Up.' },
    node_load: { type: 'gauge', unit: 'none', help: 'Load.' },
  },
});
const requests = defineDataset({
  name: 'request',
  kind: 'event',
  help: 'Requests of a test.',
  dimensions: { route: { help: 'Route.' } },
  fields: { duration_seconds: { type: 'double', unit: 'seconds', help: 'Duration.' } },
  derives: {
    requests_total: { type: 'counter', unit: 'none', help: 'Requests.', by: ['tenant', 'route'] },
    request_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Duration.',
      by: ['tenant'],
      of: 'duration_seconds',
      buckets: [0.05, 1],
    },
  },
  rollup: { windowMs: 10_000, by: ['route'], of: { duration_seconds: [0.05, 1] } },
});
const scraped = defineDataset({
  name: 'scraped',
  kind: 'gauge',
  help: 'Samples of a test.',
  dimensions: {
    job: { help: 'Job.' },
    metric: { help: 'Name.', label: false },
    labels: { help: 'Labels.', label: false },
  },
  metrics: { scraped_value: { type: 'gauge', unit: 'none', help: 'Value.' } },
  samples: { name: 'metric', labels: 'labels' },
});
const datasets = [nodes, requests, scraped];
const tenants = ['acme', 'globex', 'initech', 'umbrella'];

describe('history in a real Elasticsearch', { skip, timeout: 120_000 }, () => {
  const namespace = `h${NOW}`;
  let connection: Connection;
  let store: ElasticsearchStore;
  let history: HistoryReader;

  before(async () => {
    connection = createConnection({ nodes: [url], requestTimeoutMs: 30_000 });
    store = storeOn(connection, {
      namespace,
      datasets,
      log: quietLog,
      timeBounds: { start: new Date(NOW - 24 * HOUR).toISOString(), end: new Date(NOW + HOUR).toISOString() },
    });
    await store.installTemplates(never);
    await deliver(gaugeLines());
    await deliver(rollupLines());
    await deliver(scrapedLines());
    await fetch(`${url}/metrics-octopus.*-${namespace}/_refresh`, { method: 'POST' });
    history = createElasticsearchHistory({ connection, namespace, datasets, clock: new VirtualClock(NOW) });
  });
  after(() => store.close());

  /** Up is 0 for globex in the third hour; load is the number of the minute. One sample a minute and node. */
  function gaugeLines(): object[] {
    const index = streamName(nodes, namespace);
    const at = (time: number, tenant: string, fields: object): object[] => [
      { create: { _index: index } },
      { '@timestamp': new Date(time).toISOString(), tenant, node: 'n1', ...fields },
    ];
    const late = at(BEGIN - 20 * HOUR, 'acme', { node_up: 1, node_load: -7 });
    const minutes = Array.from({ length: 12 * 60 }, (_, minute) => minute);
    return [
      ...late,
      ...minutes.flatMap((minute) =>
        tenants.flatMap((tenant) => {
          const down = tenant === 'globex' && Math.floor(minute / 60) === 2;
          return at(BEGIN + minute * MINUTE, tenant, { node_up: down ? 0 : 1, node_load: minute });
        }),
      ),
    ];
  }

  /** What was scraped: two series of a name, one of them of a tenant; and one with labels as long as they may be. */
  function scrapedLines(): object[] {
    const index = streamName(scraped, namespace);
    const at = (hour: number, metric: string, labels: string, value: number, tenant = ''): object[] => [
      { create: { _index: index } },
      {
        '@timestamp': new Date(BEGIN + hour * HOUR).toISOString(),
        ...(tenant === '' ? { job: 'j' } : { tenant }),
        metric,
        labels,
        scraped_value: value,
      },
    ];
    return [
      ...at(1, 'queue', 'name="a",path="C:\\\\"', 3),
      ...at(2, 'queue', 'name="a",path="C:\\\\"', 4),
      ...at(1, 'queue', '', 5, 'acme'),
      ...at(1, 'long.name', `text="${'x'.repeat(8000)}"`, 6),
      // As the edge of acme has it in its own stream already.
      ...at(1, 'node_load', 'node="n1"', 60, 'acme'),
    ];
  }

  /** acme: two requests a second to /a for the second minute of the second hour, one of them slow; one more an hour later. */
  function rollupLines(): object[] {
    const windows = new OpenWindows({ namespace, emitter: 'e', metrics: NO_METRICS });
    const columns = new ColumnBatch();
    const add = (time: number, seconds: number): void =>
      columns.add(
        {
          dataset: requests,
          time,
          dimensions: { route: '/a' },
          values: { duration_seconds: seconds },
        },
        'acme',
      );
    for (let second = 60; second < 120; second++) {
      add(BEGIN + HOUR + second * 1000, 0.01);
      add(BEGIN + HOUR + second * 1000 + 500, 0.5);
    }
    add(BEGIN + 2 * HOUR + MINUTE, 3);
    windows.add(windows.contribution(columns) ?? [], BEGIN + HOUR);
    const { lines = '' } = windows.due(NOW + HOUR) ?? {};
    return String(lines)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
  }

  async function deliver(lines: readonly object[]): Promise<void> {
    const body = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    assert.deepEqual(await store.deliver(body, lines.length / 2, never), {
      delivered: lines.length / 2,
      rejected: [],
      retry: [],
    });
  }

  /** The values of a range query, by tenant; times in hours since the beginning. */
  async function query(
    expression: string,
    [start, end, step]: readonly [number, number, number],
    from: HistoryReader = history,
  ): Promise<Record<string, string[]>> {
    const expr = parseExpression(expression);
    const range = { start: BEGIN + start * HOUR, end: BEGIN + end * HOUR, step: step * HOUR };
    const reader = await from.fetch(seriesRequests(expr, range), never);
    const matrix = await evaluateRangeYielding(expr, { reader, ...range }, () => Promise.resolve());
    return Object.fromEntries(
      matrix.series.map(({ labels, timestamps, values }) => [
        labels['tenant'] ?? '',
        Array.from(values, (value, i) => `${((timestamps[i] ?? 0) - BEGIN) / HOUR}:${value}`),
      ]),
    );
  }

  test('gauges are as they were, over many pages', async () => {
    assert.deepEqual(await query('sum by (tenant) (count_over_time(node_up[12h]))', [11.99, 11.99, 1]), {
      acme: ['11.99:720'],
      globex: ['11.99:720'],
      initech: ['11.99:720'],
      umbrella: ['11.99:720'],
    });
    assert.deepEqual(await query('node_up{tenant="globex"}', [1.5, 3.5, 1]), {
      globex: ['1.5:1', '2.5:0', '3.5:1'],
    });
    assert.deepEqual(await query('max by (tenant) (node_load{tenant=~"acme|globex"})', [1, 2, 1]), {
      acme: ['1:60', '2:120'],
      globex: ['1:60', '2:120'],
    });
  });

  test('ranges that lie apart are read apart', async () => {
    assert.deepEqual(await query('node_load{tenant="acme"} - node_load offset 8h', [9, 10, 1]), {
      acme: ['9:480', '10:480'],
    });
  });

  test('what came too late for its stream is read too', async () => {
    assert.deepEqual(await query('node_load', [-20, -19, 1]), { acme: ['-20:-7'] });
  });

  test('counters are put together from rollups', async () => {
    assert.deepEqual(await query('round(sum by (tenant) (increase(requests_total[1h])))', [1, 4, 1]), {
      acme: ['2:120', '3:1', '4:0'],
    });
    const times = [1 + 3 / 60, 1 + 3 / 60, 1] as const;
    const rate = await query('sum by (tenant) (rate(requests_total{route="/a"}[30s]))', [1.03, 1.03, 1]);
    assert.deepEqual(rate, { acme: ['1.03:2'] });
    const buckets = await query('sum by (tenant) (increase(request_seconds_bucket{le="0.05"}[2m]))', times);
    const all = await query('sum by (tenant) (increase(request_seconds_bucket{le="+Inf"}[2m]))', times);
    const [fast, total] = [buckets, all].map(({ acme }) => Number(acme?.[0]?.split(':')[1]));
    assert.ok(fast !== undefined && total !== undefined);
    assert.ok(Math.abs(total - 2 * fast) < 1e-6, `${fast} of ${total}`);
    assert.deepEqual(
      await query('round(histogram_quantile(0.4, rate(request_seconds_bucket[2m])), 0.001)', times),
      {
        acme: [`${times[0]}:0.04`],
      },
    );
  });

  test('what was scraped is there under its own names and labels', async () => {
    assert.deepEqual(await query('queue{name="a",path="C:\\\\",job="j"}', [1, 2, 1]), { '': ['1:3', '2:4'] });
    assert.deepEqual(await query('queue{tenant="acme"}', [1, 2, 1]), { acme: ['1:5'] });
    assert.deepEqual(await query('count by (tenant) ({"long.name",text=~"x{1000}x+"})', [1, 1, 1]), {
      '': ['1:1'],
    });
    assert.deepEqual(await query('sum by (tenant) (node_load{tenant="acme"})', [1, 1, 1]), {
      acme: ['1:60'],
    });
  });

  test('more documents than fit are refused at once, with what to do', async () => {
    const options = { connection, namespace, datasets, clock: new VirtualClock(NOW) };
    const small = createElasticsearchHistory({ ...options, maxDocuments: 100 });
    await assert.rejects(query('node_up', [1, 2, 1], small), {
      reason: 'budget',
      message:
        /more than 100 documents of metrics-octopus\.node-.*: select fewer tenants or a shorter range$/,
    });
    assert.deepEqual(Object.keys(await query('node_up{tenant="acme"}', [1, 2, 1], small)), ['acme']);
  });

  test('a metric that nobody wrote yet has no history', async () => {
    const fresh = createElasticsearchHistory({
      connection,
      namespace: 'nobody',
      datasets,
      clock: new VirtualClock(NOW),
    });
    assert.deepEqual(await query('node_up + requests_total', [1, 2, 1], fresh), {});
  });

  test('who goes away is not read for, and nothing is left open on the server', async () => {
    const gone = new AbortController();
    const range = { start: BEGIN, end: NOW };
    const fetching = history.fetch(seriesRequests(parseExpression('node_up'), range), gone.signal);
    gone.abort();
    await assert.rejects(fetching, { reason: 'aborted' });
    // Other tests search on this server too.
    await eventually('no search is open', async () => {
      const stats = Object(await (await fetch(`${url}/_nodes/stats/indices/search`)).json());
      return Object.values(stats.nodes).every((node) => Object(node).indices.search.open_contexts === 0);
    });
  });
});
