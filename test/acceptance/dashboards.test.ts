import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { datasets } from '../../collectors/index.ts';
import { fleetDashboard } from '../../dashboards/fleet.ts';
import type { Panel } from '../../dashboards/grafana/panel.ts';
import type { ElasticsearchQuery } from '../../dashboards/grafana/query.ts';
import { streamName, type Dataset } from '../../src/model/dataset.ts';
import { createElasticsearchStore } from '../../src/store/elasticsearch/store.ts';

const node = process.env.ES_URL;
const namespace = `dash${randomUUID().slice(0, 8)}`;
const MINUTE = 60_000;
const now = Date.now();
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** Documents as the agent writes them: three tenants, three minutes; initech is in trouble. */
const WRITTEN: Readonly<Record<string, (trouble: boolean) => object>> = {
  ping: (trouble) => ({ octopus_ping_up: trouble ? 0 : 1 }),
  node: (trouble) => ({
    node: 'node-1',
    octopus_node_offline: trouble ? 1 : 0,
    octopus_node_draining: trouble ? 1 : 0,
  }),
  task_queue: (trouble) => ({ name: 'Deploy', octopus_task_queue_age_seconds: trouble ? 900 : 3 }),
  task_flow: (trouble) => ({ octopus_tasks_waiting: trouble ? 40 : 1, octopus_tasks_running: 2 }),
  task: (trouble) => ({ name: 'Deploy', task_id: 'ServerTasks-1', state: trouble ? 'Failed' : 'Success' }),
  web_request: (trouble) => ({
    method: 'GET',
    route: '/api',
    status: trouble ? '500' : '200',
    duration_seconds: trouble ? 4 : 0.03,
  }),
  log_event: () => ({ level: 'WARN', kind: 'sql_slow', message: 'slow' }),
};
const TENANTS = ['acme', 'globex', 'initech'];

function documentsOf(dataset: Dataset): string[] {
  const values = WRITTEN[dataset.name];
  if (values === undefined) return [];
  return [1, 2, 3].flatMap((minute) =>
    TENANTS.flatMap((tenant) => [
      JSON.stringify({ create: { _index: streamName(dataset, namespace) } }),
      JSON.stringify({
        '@timestamp': new Date(now - minute * MINUTE).toISOString(),
        tenant,
        ...values(tenant === 'initech'),
      }),
    ]),
  );
}

/** A query as Grafana's data source sends it to `_search`, for all tenants over the last ten minutes. */
function searchOf(query: ElasticsearchQuery): object {
  const filter = [
    { range: { '@timestamp': { gte: now - 10 * MINUTE, lte: now, format: 'epoch_millis' } } },
    { query_string: { analyze_wildcard: true, query: query.query.replace('$tenant', '*') } },
  ];
  return { size: 0, query: { bool: { filter } }, aggs: bucketsOf(query, query.bucketAggs) };
}

function bucketsOf(query: ElasticsearchQuery, [bucket, ...inner]: ElasticsearchQuery['bucketAggs']): object {
  if (bucket === undefined) return Object.assign({}, ...query.metrics.map(metricOf));
  const { id, type, field, settings } = bucket;
  const aggs = bucketsOf(query, inner);
  if (type === 'date_histogram') {
    const width = /^\d/.test(settings['interval'] ?? '') ? settings['interval'] : '1m';
    return { [id]: { date_histogram: { field, fixed_interval: width, min_doc_count: 0 }, aggs } };
  }
  const { size, order, orderBy = '' } = settings;
  const ordered = /^\d/.test(orderBy) ? Object.assign({}, ...query.metrics.map(metricOf)) : {};
  return {
    [id]: {
      terms: { field, size: Number(size), order: { [orderBy]: order } },
      aggs: { ...ordered, ...aggs },
    },
  };
}

function metricOf({ id, type, field, settings }: ElasticsearchQuery['metrics'][number]): object {
  return type === 'count' ? {} : { [id]: { [type]: { field, ...settings } } };
}

/** The names of a query's series in order; one without groups is named after nothing. */
function seriesOf(query: ElasticsearchQuery, aggregations: Aggregations): string[] {
  const [first] = query.bucketAggs;
  const buckets = aggregations[first?.id ?? '']?.buckets ?? [];
  return first?.type === 'terms' ? buckets.map(({ key }) => String(key)) : [''];
}

type Aggregations = Readonly<
  Record<string, { readonly buckets: readonly { readonly key: unknown; readonly doc_count: number }[] }>
>;

describe('the fleet dashboard on Elasticsearch', { skip: node === undefined && 'ES_URL is not set' }, () => {
  let client: Client;

  before(async () => {
    client = new Client({ node: node! });
    const store = createElasticsearchStore({
      nodes: [node!],
      namespace,
      datasets,
      timeSeries: false,
      log: silent,
    });
    const signal = AbortSignal.timeout(60_000);
    await store.installTemplates(signal);
    const lines = datasets.flatMap(documentsOf);
    const { delivered } = await store.deliver(gzipSync(`${lines.join('\n')}\n`), lines.length / 2, signal);
    assert.equal(delivered, lines.length / 2);
    await client.indices.refresh({ index: `*-octopus.*-${namespace}` });
    await store.close();
  });

  after(() => client.close());

  async function run(query: ElasticsearchQuery): Promise<{ hits: number; series: string[] }> {
    const kind = query.datasource.uid === '${metrics}' ? 'metrics' : 'logs';
    const answer = await client.transport.request<{
      hits: { total: { value: number } };
      aggregations: Aggregations;
    }>({ method: 'POST', path: `/${kind}-octopus.*-${namespace}/_search`, body: searchOf(query) });
    return { hits: answer.hits.total.value, series: seriesOf(query, answer.aggregations) };
  }

  /** Panels that look for trouble find initech alone, those that rank put it first. */
  const expected: Readonly<Record<string, readonly string[]>> = {
    'Answering, by tenant': ['initech', 'acme', 'globex'],
    'Oldest waiting task, by tenant': ['initech', 'acme', 'globex'],
    'Tasks waiting, by tenant': ['initech', 'acme', 'globex'],
    'Time requests take, by tenant (95th percentile)': ['initech', 'acme', 'globex'],
    'Failure ratio per $interval, by tenant': ['initech'],
    'Tasks finished per $interval, by state': ['Success', 'Failed'],
    'Answers per $interval, by status': ['200', '500'],
    'Nodes offline': ['initech', 'acme', 'globex'],
  };

  for (const panel of fleetDashboard.panels.filter(({ type }) => type !== 'row')) {
    test(`${panel.title}: the server understands it and has an answer`, async () => {
      const [query] = targetsOf(panel);
      const { hits, series } = await run(query!);
      const looksForTrouble = /\("(0|Failed)"/.test(query!.query);
      assert.equal(hits, looksForTrouble ? 3 : 9);
      if (expected[panel.title] !== undefined) assert.deepEqual(series, expected[panel.title]);
    });
  }

  test('every panel whose order matters is there', () => {
    const titles = fleetDashboard.panels.map(({ title }) => title);
    for (const title of Object.keys(expected)) assert.ok(titles.includes(title), title);
  });
});

function targetsOf(panel: Panel): readonly ElasticsearchQuery[] {
  return (panel['targets'] ?? []) as readonly ElasticsearchQuery[];
}
