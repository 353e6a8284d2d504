import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels } from '../../model/labels.ts';
import type { WebSources } from '../sources.ts';
import { askApi, search } from '../testing/ask-api.ts';
import { NOW, seriesUntilNow } from '../testing/web-fixture.ts';

// What Grafana 12's Prometheus data source sends, written down by us from its documentation and source
// (pkg/promlib: querydata, resource, healthcheck): queries go by POST as forms, resources by POST or GET.

const SECONDS = NOW / 1000;
const reader = seriesUntilNow(
  'octopus_ping_up{tenant="acme"} 1x60',
  'octopus_ping_up{tenant="globex"} 0x60',
  'octopus_http_requests_total{tenant="acme",status="200"} 0+60x60',
);
const sources: Partial<WebSources> = { reader };

const PANEL = { start: SECONDS - 900, end: SECONDS, step: 15 };

interface Request {
  readonly name: string;
  readonly path: string;
  readonly form?: Readonly<Record<string, string | number>> | readonly (readonly [string, string])[];
  readonly check: (data: unknown) => void;
}

interface Element {
  readonly metric: Labels;
  readonly value: readonly [number, string];
  readonly values: readonly (readonly [number, string])[];
}

function elements(data: unknown): readonly Element[] {
  return Object(data).result;
}

const requests: readonly Request[] = [
  {
    name: 'save and test: a health check is the query 1+1',
    path: 'query',
    form: { query: '1+1', time: SECONDS },
    check: (data) => assert.deepEqual(data, { resultType: 'scalar', result: [SECONDS, '2'] }),
  },
  {
    name: 'save and test: which Prometheus it is',
    path: 'status/buildinfo',
    check: (data) => {
      const { version, revision, features } = Object(data);
      assert.deepEqual([version, revision, features], ['3.14.0', 'octowatch 1.2.3', undefined]);
    },
  },
  {
    name: 'a time series panel',
    path: 'query_range',
    form: { query: 'sum by(tenant) (octopus_ping_up)', ...PANEL },
    check: (data) => {
      assert.equal(Object(data).resultType, 'matrix');
      assert.deepEqual(
        elements(data).map(({ metric, values }) => [metric, values.length, values[0], values.at(-1)]),
        [
          [{ tenant: 'acme' }, 61, [SECONDS - 900, '1'], [SECONDS, '1']],
          [{ tenant: 'globex' }, 61, [SECONDS - 900, '0'], [SECONDS, '0']],
        ],
      );
    },
  },
  {
    name: 'a panel of a rate over $__rate_interval',
    path: 'query_range',
    form: { query: 'rate(octopus_http_requests_total{tenant=~"acme|globex"}[1m15s])', ...PANEL },
    check: (data) => {
      assert.equal(elements(data).length, 1);
      assert.ok(elements(data)[0]?.values.every(([, value]) => value === '1'));
    },
  },
  {
    name: 'a stat panel asks for one time, with milliseconds',
    path: 'query',
    form: { query: 'count(octopus_ping_up == 0)', time: SECONDS - 0.654 },
    check: (data) => assert.deepEqual(elements(data), [{ metric: {}, value: [SECONDS - 0.654, '1'] }]),
  },
  {
    name: 'a table panel',
    path: 'query',
    form: { query: 'octopus_ping_up', time: SECONDS },
    check: (data) =>
      assert.deepEqual(
        elements(data).map(({ metric, value }) => [metric['tenant'], value[1]]),
        [
          ['acme', '1'],
          ['globex', '0'],
        ],
      ),
  },
  {
    name: 'a range with times as RFC 3339',
    path: 'query_range',
    form: { query: '1', start: '2026-11-21T06:00:00Z', end: '2026-11-21T06:30:00.000Z', step: '1m' },
    check: (data) => assert.equal(elements(data)[0]?.values.length, 31),
  },
  {
    name: 'exemplars of a panel are none',
    path: `query_exemplars?${search({ query: 'octopus_ping_up', start: SECONDS - 900, end: SECONDS })}`,
    check: (data) => assert.deepEqual(data, []),
  },
  {
    name: 'the metrics browser: names of labels, by POST',
    path: 'labels',
    form: { start: SECONDS - 900, end: SECONDS },
    check: (data) => assert.deepEqual(data, ['__name__', 'status', 'tenant']),
  },
  {
    name: 'the metrics browser: names of metrics',
    path: `label/__name__/values?${search({ start: SECONDS - 900, end: SECONDS, limit: 40_000 })}`,
    check: (data) => assert.deepEqual(data, ['octopus_http_requests_total', 'octopus_ping_up']),
  },
  {
    name: 'a dashboard variable: label_values(octopus_ping_up, tenant)',
    path: `label/tenant/values?${search([
      ['match[]', 'octopus_ping_up'],
      ['start', String(SECONDS - 900)],
      ['end', String(SECONDS)],
    ])}`,
    check: (data) => assert.deepEqual(data, ['acme', 'globex']),
  },
  {
    name: 'a dashboard variable: query_result and series, by POST',
    path: 'series',
    form: [
      ['match[]', 'octopus_ping_up{tenant="acme"}'],
      ['start', String(SECONDS - 900)],
      ['end', String(SECONDS)],
    ],
    check: (data) => assert.deepEqual(data, [{ __name__: 'octopus_ping_up', tenant: 'acme' }]),
  },
  {
    name: 'the editor: metadata',
    path: 'metadata?limit_per_metric=1',
    check: (data) => assert.ok(Object(data).octowatch_polls_total),
  },
  {
    name: 'the editor formats an expression',
    path: 'format_query',
    form: { query: 'sum(rate(octopus_http_requests_total[5m]))by(tenant)' },
    check: (data) => assert.equal(data, 'sum by (tenant) (rate(octopus_http_requests_total[5m]))'),
  },
  {
    name: 'the alert list: rules of the data source',
    path: 'rules',
    check: (data) => assert.deepEqual(data, { groups: [] }),
  },
  { name: 'the alert list: alerts', path: 'alerts', check: (data) => assert.deepEqual(data, { alerts: [] }) },
];

for (const { name, path, form, check } of requests) {
  test(name, async (t) => {
    const { status, body } = await askApi(t, sources, path, form);
    assert.deepEqual([status, Object(body).status], [200, 'success'], JSON.stringify(body));
    check(Object(body).data);
  });
}
