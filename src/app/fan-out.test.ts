import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColumnBatch } from '../model/column-batch.ts';
import { defineDataset } from '../model/dataset.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { fanOut } from './fan-out.ts';

const gauge = defineDataset({
  kind: 'gauge',
  name: 'g',
  help: 'A gauge.',
  dimensions: {},
  metrics: { g_up: { type: 'gauge', unit: 'none', help: 'Up.' } },
});
const event = defineDataset({
  kind: 'event',
  name: 'e',
  help: 'An event.',
  dimensions: {},
  fields: {},
  derives: {},
});

for (const [dataset, order] of [
  [gauge, ['head', 'spool']],
  [event, ['spool', 'head']],
] as const) {
  test(`a ${dataset.kind} reaches the ${order[0]} first`, async () => {
    const seen: string[] = [];
    const spool = { write: async () => void seen.push('spool') };
    const head = { ingest: () => void seen.push('head') };
    const columns = new ColumnBatch();
    columns.add({ dataset, time: 1, dimensions: {}, values: {} }, 'acme');
    const writer = fanOut(spool, head, new VirtualClock());
    await writer.write({ source: 's', position: null, columns });
    assert.deepEqual(seen, order);
  });
}

test('an event that is not durable does not reach the head', async () => {
  const columns = new ColumnBatch();
  columns.add({ dataset: event, time: 1, dimensions: {}, values: {} }, 'acme');
  const full = new Error('the spool is full');
  const head = { ingest: () => assert.fail('it would be counted again') };
  const writer = fanOut({ write: () => Promise.reject(full) }, head, new VirtualClock());
  await assert.rejects(writer.write({ source: 's', position: null, columns }), full);
});
