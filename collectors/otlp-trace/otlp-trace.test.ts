import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LineParser } from '../../src/collect/contract.ts';
import type { BatchRow } from '../../src/model/batch-rows.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import { taskDataset, taskEventId } from '../../src/octopus/task-dataset.ts';
import { BulkEncoder } from '../../src/spool/bulk-body.ts';
import { testLineContract } from '../../test/contract/line-collector-contract.ts';
import { parseLines, type ParsedLines } from '../../test/contract/parsed-lines.ts';
import { otlpTrace } from './index.ts';

const TRACES = readFileSync(join(import.meta.dirname, 'fixtures', 'traces.jsonl'));
const NONE = { parsed: 0, folded: 0, skipped: 0, refused: 0 };

testLineContract({
  collector: otlpTrace,
  folder: new URL('.', import.meta.url),
  fixtures: ['traces.jsonl'],
});

function createParser(isSource = (_dataset: Dataset): boolean => true): LineParser {
  return otlpTrace.createParser({ tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' }, isSource);
}

function parse(bytes: Uint8Array, parser = createParser()): ParsedLines {
  return parseLines(parser, bytes);
}

/** One line with one span of these attributes. */
function lineOf(attributes: Readonly<Record<string, string | number>>, span: object = {}): Buffer {
  const list = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
  }));
  const times = { startTimeUnixNano: '1795233600000000000', endTimeUnixNano: '1795233600250000000' };
  const spans = [{ name: 'x', kind: 2, ...times, attributes: list, ...span }];
  const batch = { resourceSpans: [{ scopeSpans: [{ scope: { name: 'Octopus' }, spans }] }] };
  return Buffer.from(`${JSON.stringify(batch)}\n`);
}

test('nothing of a message, a statement or a stack trace is kept', () => {
  const kept = JSON.stringify(parse(TRACES).rows);
  for (const word of ['hunter2', 'secret', 'Password', 'SELECT', 'redirect']) {
    assert.ok(!kept.includes(word), word);
  }
});

test('a task has the id that REST and log give it, and is told of once', () => {
  const tasks = parse(TRACES).rows.filter((row) => row['dataset'] === 'task');
  assert.deepEqual(
    tasks.map((row) => [row['id'], row['time']]),
    [
      [taskEventId('acme', 'ServerTasks-1847', 'Failed'), '2026-11-21T04:01:12.250Z'],
      [taskEventId('acme', 'ServerTasks-1848', 'Success'), '2026-11-21T04:01:21.000Z'],
    ],
  );
});

test('tasks are left to another source where it is preferred', () => {
  const line = lineOf({ 'task.id': 'ServerTasks-1', 'task.state': 'Success' });
  assert.deepEqual(parse(line).counts, { ...NONE, parsed: 1 });
  const parser = createParser((dataset) => dataset !== taskDataset);
  assert.deepEqual(parse(line, parser).counts, { ...NONE, skipped: 1 });
});

const REQUESTS: readonly (readonly [Record<string, string | number>, Partial<BatchRow> | undefined])[] = [
  [
    { 'http.request.method': 'GET', 'url.path': '/api/Spaces-2/x', 'http.response.status_code': 200 },
    { method: 'GET', route: '/api/{space}/x', status: '200', path: '/api/Spaces-2/x' },
  ],
  [
    { 'http.method': 'PROPFIND', 'http.target': '/?q=1', 'http.status_code': '405', 'net.host.name': 'h' },
    { method: 'other', route: '/', status: '405', path: '/', host: 'h' },
  ],
  [
    { 'http.method': 'GET', 'http.url': 'http://h:80/api?apiKey=API-X', 'http.status_code': 204 },
    { method: 'GET', route: '/api', status: '204', path: '/api' },
  ],
  [{ 'http.request.method': 'GET', 'url.path': '/api' }, undefined],
  [{ 'http.request.method': 'GET', 'http.response.status_code': 'x' }, undefined],
  [{ 'rpc.method': 'GET', 'http.response.status_code': 200 }, undefined],
];
for (const [attributes, expected] of REQUESTS) {
  test(`the request of ${JSON.stringify(attributes)}`, () => {
    const common = { dataset: 'web_request', offset: 0, time: '2026-11-21T04:00:00.250Z', tenant: 'acme' };
    const rows = expected === undefined ? [] : [{ ...common, ...expected, duration_seconds: 0.25 }];
    assert.deepEqual(parse(lineOf(attributes)).rows, rows);
  });
}

test('times as numbers are read, and nothing is slow before 5 s', () => {
  const ended = (endTimeUnixNano: unknown): readonly BatchRow[] =>
    parse(lineOf({}, { startTimeUnixNano: 1_795_233_600_000_000_000, endTimeUnixNano })).rows;
  assert.equal(ended('1795233604999999999').length, 0);
  assert.equal(ended('1795233605000000000')[0]?.['outcome'], 'slow');
  assert.equal(ended(1_795_233_606_000_000_000)[0]?.['time'], '2026-11-21T04:00:06.000Z');
});

const REFUSED: readonly (readonly [string, Uint8Array])[] = [
  ['half a batch', TRACES.subarray(0, 500)],
  ['a batch of metrics', Buffer.from('{"resourceMetrics":[]}')],
  ['a number', Buffer.from('7')],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['zeros a crash left', Buffer.alloc(100)],
  ['a span without times', lineOf({}, { endTimeUnixNano: undefined }).subarray(0, -1)],
  ['a span that never ended', lineOf({}, { endTimeUnixNano: '0' }).subarray(0, -1)],
];
for (const [what, bytes] of REFUSED) {
  test(`refuses ${what} and goes on`, () => {
    const good = lineOf({ 'http.method': 'GET', 'http.target': '/', 'http.status_code': 200 });
    const { counts, rows } = parse(Buffer.concat([bytes, Buffer.from('\n'), good]));
    assert.deepEqual(counts, { ...NONE, parsed: 1, refused: 1 });
    assert.equal(rows.at(-1)?.['offset'], bytes.length + 1);
  });
}

/** The ids of the documents that a read of these lines becomes. */
function idsOf(parts: readonly Uint8Array[]): string[] {
  const encoder = new BulkEncoder({ namespace: 'test', startedAt: 0, partBytes: 700 });
  const columns = new ColumnBatch();
  const parser = createParser();
  const ids: string[] = [];
  let offset = 0;
  for (const chunk of parts) {
    parser.parse(chunk, offset, columns);
    offset += chunk.length;
    for (const { raw } of encoder.encode({ source: 's', position: null, columns, idPrefix: 'file' })) {
      for (const [, stream, id] of Buffer.from(raw)
        .toString()
        .matchAll(/"_index":"([^"]*)"[^\n]*"_id":"([^"]*)"/g))
        ids.push(`${stream}/${id}`);
    }
    columns.clear();
  }
  return ids.toSorted();
}

test('spans of one line have ids of their own, the same wherever reads end', () => {
  const lines = TRACES.toString().split(/(?<=\n)/);
  const whole = idsOf([TRACES]);
  assert.equal(whole.length, parse(TRACES).rows.length);
  assert.equal(new Set(whole).size, whole.length);
  assert.deepEqual(idsOf(lines.map((line) => Buffer.from(line))), whole);
});

const anyValue = fc.jsonValue({ maxDepth: 3 });
const anySpan = fc.record(
  {
    name: anyValue,
    kind: fc.oneof(fc.integer({ min: -1, max: 9 }), anyValue),
    startTimeUnixNano: fc.oneof(fc.bigInt({ min: 0n, max: 1n << 64n }).map(String), anyValue),
    endTimeUnixNano: fc.oneof(fc.bigInt({ min: 0n, max: 1n << 64n }).map(String), anyValue),
    status: fc.oneof(fc.record({ code: anyValue }), anyValue),
    attributes: fc.oneof(
      fc.array(
        fc.record({
          key: fc.constantFrom('http.method', 'http.status_code', 'http.url', 'task.id', 'task.state'),
          value: fc.record({ stringValue: fc.oneof(fc.constant('200'), fc.webUrl(), anyValue) }),
        }),
      ),
      anyValue,
    ),
    events: anyValue,
  },
  { requiredKeys: [] },
);
const anyBatch = fc
  .array(fc.oneof(anySpan, anyValue))
  .map((spans) => ({ resourceSpans: [{ scopeSpans: [{ scope: {}, spans }] }] }));

test('whatever a line holds, it is counted once and nothing is thrown', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyBatch, anyValue), { maxLength: 5 }),
      fc.uint8Array({ maxLength: 40 }),
      (batches, noise) => {
        const text = batches.map((batch) => `${JSON.stringify(batch)}\n`).join('');
        const bytes = Buffer.concat([Buffer.from(text), noise, Buffer.from('\n')]);
        const { counts, rows } = parse(bytes);
        const { parsed, skipped, refused } = counts;
        assert.equal(parsed + skipped + refused, bytes.filter((byte) => byte === 0x0a).length);
        for (const row of rows) assert.ok(Number(row['duration_seconds'] ?? 0) >= 0);
      },
    ),
  );
});
