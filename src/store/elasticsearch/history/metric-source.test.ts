import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datasets as allDatasets } from '../../../../collectors/index.ts';
import { defineDataset, metricsOf, seriesNamesOf } from '../../../model/dataset.ts';
import { metricSources } from './metric-source.ts';

const gauges = defineDataset({
  name: 'node',
  kind: 'gauge',
  help: 'Nodes.',
  dimensions: { node: { help: 'Node.' }, url: { help: 'URL.', label: false } },
  metrics: { node_up: { type: 'gauge', unit: 'none', help: 'Up.' } },
});
const events = defineDataset({
  name: 'request',
  kind: 'event',
  help: 'Requests.',
  dimensions: { route: { help: 'Route.' }, status: { help: 'Status.' }, user: { help: 'User.' } },
  fields: { seconds: { type: 'double', help: 'Duration.' } },
  derives: {
    requests_total: { type: 'counter', unit: 'none', help: 'All.', by: ['tenant', 'route'] },
    errors_total: {
      type: 'counter',
      unit: 'none',
      help: 'Errors.',
      by: ['route'],
      where: { status: ['500'] },
    },
    request_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Duration.',
      by: ['status'],
      of: 'seconds',
      buckets: [0.05, 1],
    },
    users_total: { type: 'counter', unit: 'none', help: 'By user.', by: ['user'] },
    fine_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Buckets that the rollup has not.',
      by: ['status'],
      of: 'seconds',
      buckets: [0.1],
    },
  },
  rollup: { windowMs: 10_000, by: ['route', 'status'], of: { seconds: [0.05, 1] } },
});

test('a gauge is its field, with the labels of its dataset', () => {
  assert.deepEqual(metricSources([gauges], 'prod'), [
    {
      name: 'node_up',
      stream: 'metrics-octopus.node-prod',
      field: 'node_up',
      labels: ['tenant', 'node'],
      fixed: {},
      where: {},
      except: {},
    },
  ]);
});

test('what is derived of events is read from rollups, as far as these have it', () => {
  const found = metricSources([events], 'prod');
  assert.deepEqual(
    found.map(({ name, field, fixed, labels, where }) => [name, field, fixed, labels, where]),
    [
      ['requests_total', 'count', {}, ['tenant', 'route'], {}],
      ['errors_total', 'count', {}, ['tenant', 'route'], { status: ['500'] }],
      ['request_seconds_bucket', 'seconds_le_0_05', { le: '0.05' }, ['tenant', 'status'], {}],
      ['request_seconds_bucket', 'seconds_le_1', { le: '1' }, ['tenant', 'status'], {}],
      ['request_seconds_bucket', 'seconds_count', { le: '+Inf' }, ['tenant', 'status'], {}],
      ['request_seconds_sum', 'seconds_sum', {}, ['tenant', 'status'], {}],
      ['request_seconds_count', 'seconds_count', {}, ['tenant', 'status'], {}],
    ],
  );
  for (const { stream, windowMs } of found)
    assert.deepEqual([stream, windowMs], ['metrics-octopus.request-prod', 10_000]);
});

test('of all metrics of octowatch, history has every one but these', () => {
  const names = new Set(metricSources(allDatasets, 'prod').map(({ name }) => name));
  const missing = allDatasets
    .flatMap(metricsOf)
    .flatMap(seriesNamesOf)
    .filter((name) => !names.has(name));
  assert.deepEqual(missing, []);
});
