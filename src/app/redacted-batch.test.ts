import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openHead, queues, read, requests, SECOND, START } from '../../test/fakes/head-fixture.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import { defineDataset } from '../model/dataset.ts';
import { createMatcher } from '../model/matcher.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { createRedactor } from '../redact/redactor.ts';
import { BulkEncoder } from '../spool/bulk-body.ts';
import { OpenWindows } from '../spool/rollups/open-windows.ts';

const KEYS = ['API-AAAAAA', 'API-BBBBBB', 'API-***', '/plain'];
const redactor = createRedactor();

const rolledUp = defineDataset({
  name: 'request',
  kind: 'event',
  help: 'Requests.',
  dimensions: { route: { help: 'Route.' } },
  fields: { path: { type: 'keyword', help: 'Path.' } },
  derives: {},
  rollup: { windowMs: 10_000, by: ['route'], of: {} },
});

test('the head counts texts that are equal without their secrets as one series', async (t) => {
  const { head } = await openHead(t);
  const columns = requests('acme', ...KEYS.map((key) => [START, key, '5xx', 0.05] as const));
  redactor.columns(columns);
  head.ingest(columns, START);
  head.tick(START);
  assert.deepEqual(read(head, [createMatcher('__name__', '=~', 'octopus_request.*_total')]), {
    'octopus_requests_total{route="API-***", tenant="acme"}': '-15:0 0:3',
    'octopus_requests_total{route="/plain", tenant="acme"}': '-15:0 0:1',
    'octopus_request_errors_total{tenant="acme"}': '-15:0 0:4',
  });
});

test('gauges that are equal without their secrets are one series, at every poll', async (t) => {
  const { head } = await openHead(t);
  for (let poll = 0; poll < 3; poll++) {
    const now = START + poll * SECOND;
    const columns = queues('acme', now, { 'API-AAAAAA': 1, 'API-BBBBBB': 2, plain: 3 });
    redactor.columns(columns);
    head.ingest(columns, now);
  }
  const series = read(head);
  assert.deepEqual(Object.keys(series).toSorted(), [
    'octopus_queue_length{name="API-***", tenant="acme"}',
    'octopus_queue_length{name="plain", tenant="acme"}',
  ]);
  for (const samples of Object.values(series)) assert.equal(samples.split(' ').length, 3);
});

/** The documents of the windows of some routes, as `[route, count]`. */
function rollups(routes: readonly string[], redact: boolean): [string, number][] {
  const windows = new OpenWindows({ namespace: 'test', emitter: 'e', metrics: NO_METRICS });
  const columns = new ColumnBatch();
  for (const route of routes)
    columns.add({ dataset: rolledUp, time: START, dimensions: { route }, values: {} }, 'acme');
  if (redact) redactor.columns(columns);
  windows.add(windows.contribution(columns) ?? [], START);
  const emitted = windows.due(START + 60_000);
  if (emitted === undefined) return [];
  const lines = Buffer.from(emitted.lines).toString().trimEnd().split('\n');
  return lines
    .filter((_, at) => at % 2 === 1)
    .map((line): [string, number] => [JSON.parse(line).route, JSON.parse(line).count])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const routesOf = fc.array(fc.constantFrom(...KEYS, 'API-CCCCCC/x', '/token=abc', '/other'), { minLength: 1 });

test('rollups count texts that are equal without their secrets as one', () => {
  assert.deepEqual(rollups(KEYS, true), [
    ['/plain', 1],
    ['API-***', 3],
  ]);
  fc.assert(
    fc.property(routesOf, (routes) => {
      const clean = routes.map((route) => redactor.text(route));
      assert.deepEqual(rollups(routes, true), rollups(clean, false));
    }),
  );
});

test('a redacted batch encodes as one that never held a secret', () => {
  const encode = (routes: readonly string[], redact: boolean): string => {
    const columns = new ColumnBatch();
    for (const route of routes)
      columns.add({ dataset: rolledUp, time: START, dimensions: { route }, values: { path: route } }, 'acme');
    if (redact) redactor.columns(columns);
    const encoder = new BulkEncoder({ namespace: 'test', startedAt: START, partBytes: 1e9 });
    const parts = Array.from(encoder.encode({ source: 's', position: null, columns }), ({ raw }) =>
      Buffer.from(raw).toString(),
    );
    return parts.join('');
  };
  fc.assert(
    fc.property(routesOf, (routes) => {
      const clean = routes.map((route) => redactor.text(route));
      assert.equal(encode(routes, true), encode(clean, false));
    }),
  );
});
