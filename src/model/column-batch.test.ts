import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColumnBatch } from './column-batch.ts';
import { defineDataset } from './dataset.ts';

const task = defineDataset({
  kind: 'event',
  name: 'task',
  help: 'Tasks.',
  dimensions: { state: { help: 'State.' } },
  fields: {
    duration_seconds: { type: 'double', unit: 'seconds', help: 'Duration.' },
    failed: { type: 'boolean', help: 'Failed.' },
    started: { type: 'date', help: 'Start.' },
    error: { type: 'text', help: 'Error.' },
  },
  derives: {},
});
const ping = defineDataset({
  kind: 'gauge',
  name: 'ping',
  help: 'Pings.',
  dimensions: {},
  metrics: { octopus_ping_up: { type: 'gauge', unit: 'none', help: 'Up.' } },
});

test('a point becomes a row; what is absent is not zero', () => {
  const batch = new ColumnBatch();
  batch.add(
    {
      dataset: task,
      time: 5000,
      id: 'Tasks-1',
      dimensions: { state: 'failed', undeclared: 'x', tenant: 'forged' },
      values: { duration_seconds: 2.5, failed: true, started: undefined, error: 'disk full', undeclared: 1 },
    },
    'acme',
  );
  batch.add(
    { dataset: task, time: 6000, dimensions: {}, values: { duration_seconds: 0, failed: false } },
    'globex',
  );
  const table = batch.table(task);
  const text = (column?: Int32Array): string[] =>
    [...(column?.subarray(0, table.rows) ?? [])].map((symbol) => batch.symbols.text(symbol));
  const numbers = (name: string): number[] => [...(table.numbers.get(name)?.subarray(0, table.rows) ?? [])];
  assert.deepEqual([...table.times.subarray(0, 2)], [5000, 6000]);
  assert.deepEqual([...table.offsets.subarray(0, 2)], [Number.NaN, Number.NaN]);
  assert.deepEqual(text(table.ids), ['Tasks-1', '']);
  assert.deepEqual(text(table.dimensions.get('tenant')), ['acme', 'globex']);
  assert.deepEqual(text(table.dimensions.get('state')), ['failed', '']);
  assert.deepEqual(text(table.texts.get('error')), ['disk full', '']);
  assert.deepEqual(numbers('duration_seconds'), [2.5, 0]);
  assert.deepEqual(numbers('failed'), [1, 0]);
  assert.deepEqual(numbers('started'), [Number.NaN, Number.NaN]);
  assert.deepEqual([...table.dimensions.keys()], ['tenant', 'state']);
  assert.ok(!table.numbers.has('undeclared'));
});

test('columns grow with their content', () => {
  const batch = new ColumnBatch();
  for (let i = 0; i < 1000; i++) {
    batch.add(
      {
        dataset: task,
        time: i,
        dimensions: { state: `s${i % 7}` },
        values: { duration_seconds: i, error: `e${i}` },
      },
      'acme',
    );
  }
  const table = batch.table(task);
  assert.equal(batch.rows, 1000);
  for (const row of [0, 255, 256, 999]) {
    assert.equal(table.times[row], row);
    assert.equal(table.numbers.get('duration_seconds')?.[row], row);
    assert.equal(batch.symbols.text(table.texts.get('error')?.[row] ?? 0), `e${row}`);
    assert.equal(batch.symbols.text(table.dimensions.get('state')?.[row] ?? 0), `s${row % 7}`);
  }
});

test('a cleared batch holds nothing of what it held', () => {
  const batch = new ColumnBatch();
  batch.add(
    {
      dataset: task,
      time: 1,
      id: 'x',
      dimensions: { state: 'failed' },
      values: { error: 'e', duration_seconds: 1 },
    },
    'acme',
  );
  batch.add({ dataset: ping, time: 1, dimensions: {}, values: { octopus_ping_up: 1 } }, 'acme');
  assert.deepEqual(
    [...batch.tables()].map(({ dataset }) => dataset.name),
    ['task', 'ping'],
  );
  batch.clear();
  assert.equal(batch.rows, 0);
  assert.deepEqual([...batch.tables()], []);
  const row = batch.table(task).append(2, 77);
  const table = batch.table(task);
  assert.deepEqual([row, table.offsets[0], table.ids[0], table.texts.get('error')?.[0]], [0, 77, 0, 0]);
  assert.ok(Number.isNaN(table.numbers.get('duration_seconds')?.[0]));
});
