import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { queueDataset, requestDataset } from '../../test/fakes/spool-harness.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import type { Batch } from '../model/ports.ts';
import { BulkEncoder } from './bulk-body.ts';

const TIME = Date.UTC(2026, 10, 21, 9, 29, 47, 123);

function encoder(partBytes = 1_000_000): BulkEncoder {
  return new BulkEncoder({ namespace: 'prod', startedAt: 5, partBytes });
}

function textOf(batch: Batch, with_ = encoder()): string {
  let text = '';
  for (const { raw } of with_.encode(batch)) text += Buffer.from(raw).toString();
  return text;
}

function lines(
  text: string,
): { action: { create: Record<string, string> }; document: Record<string, unknown> }[] {
  const all = text.trimEnd().split('\n');
  const pairs = all.length / 2;
  return Array.from({ length: pairs }, (_, at) => ({
    action: JSON.parse(all[at * 2] ?? ''),
    document: JSON.parse(all[at * 2 + 1] ?? ''),
  }));
}

test('a batch of all kinds of fields is the golden body', () => {
  const columns = new ColumnBatch();
  const values = { duration_seconds: 0.25, bytes: 4_294_967_296, user: 'ann', slow: false, finished: TIME };
  const add = (point: Omit<Parameters<ColumnBatch['add']>[0], 'time'>, time = TIME): void =>
    columns.add({ time, ...point }, 'acme');
  add({ dataset: requestDataset, dimensions: { route: '/api/{id}' }, values, id: 'own-1' });
  add({ dataset: requestDataset, dimensions: {}, values: { slow: true, message: 'a "b"\n\tc\\\u0001ü' } });
  const table = columns.table(requestDataset);
  for (const offset of [4096, 5000, 5000]) table.append(TIME + 59_999.9, offset);
  add({
    dataset: queueDataset,
    dimensions: { node: 'n1' },
    values: { test_queue_length: 0, test_seen_total: 1e21 },
  });
  add({ dataset: queueDataset, dimensions: {}, values: { test_queue_length: -1.5 } }, 0);
  const body = textOf({ source: 's', position: null, columns, idPrefix: 'f1' });
  assert.equal(body, readFileSync(join(import.meta.dirname, 'fixtures', 'bulk-body.ndjson'), 'utf8'));
});

test('ids that count in steps are whole bytes of base64url, in the order of the lines', () => {
  const columns = new ColumnBatch();
  const table = columns.table(requestDataset);
  for (const offset of [0, 7, 8, 8, 2 ** 52]) table.append(TIME, offset);
  const body = textOf({ source: 's', position: null, columns, idPrefix: 'Abc_ef-hijk', idStep: 8 });
  const ids = lines(body).map(({ action }) => action.create['_id']);
  const digits = ['AAAAAAAAA', 'AAAAAAAAA-1', 'AAAAAAAAB', 'AAAAAAAAB-1', 'CAAAAAAAA'];
  assert.deepEqual(
    ids,
    digits.map((text) => `Abc_ef-hijk${text}`),
  );
});

test('whatever a text holds, the document parses to it', () => {
  const anything = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(
    fc.property(anything, fc.double({ noNaN: true, noDefaultInfinity: true }), (text, number) => {
      const columns = new ColumnBatch();
      const values = { message: text, duration_seconds: number };
      columns.add({ dataset: requestDataset, time: TIME, dimensions: { route: text }, values }, 'acme');
      const { document } = lines(textOf({ source: 's', position: null, columns }))[0]!;
      assert.equal(document['message'], Buffer.from(text).toString());
      assert.equal(document['route'], Buffer.from(text).toString());
      assert.equal(document['duration_seconds'], number === 0 ? 0 : number);
    }),
  );
});

test('times read as ISO, to the ms, at any time of four-digit years', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 253_402_300_799_999 }), { minLength: 1 }), (times) => {
      const columns = new ColumnBatch();
      for (const time of times) columns.table(requestDataset).append(time, time);
      const documents = lines(textOf({ source: 's', position: null, columns }));
      assert.deepEqual(
        documents.map(({ document }) => document['@timestamp']),
        times.map((time) => new Date(time).toISOString()),
      );
    }),
  );
});

test('bytes that are no UTF-8 become replacement characters, so that the body stays valid', () => {
  const columns = new ColumnBatch();
  const row = columns.table(requestDataset).append(TIME, 1);
  const bytes = Uint8Array.of(0x61, 0xff, 0x62);
  columns.table(requestDataset).texts.get('user')![row] = columns.symbols.internBytes(bytes, 0, 3);
  const { document } = lines(textOf({ source: 's', position: null, columns }))[0]!;
  assert.equal(document['user'], 'a\uFFFDb');
});

test('a time that no date can hold is left out, and the store says so', () => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e15]) {
    const columns = new ColumnBatch();
    columns.table(requestDataset).append(time, 1);
    assert.deepEqual(lines(textOf({ source: 's', position: null, columns }))[0]?.document, {});
  }
});

test('a row that nothing identifies gets an id of its own in every batch', () => {
  const columns = new ColumnBatch();
  for (let row = 0; row < 2; row++) columns.table(requestDataset).append(TIME);
  const one = encoder();
  const ids = [1, 2].flatMap(() => lines(textOf({ source: 's', position: null, columns }, one)));
  assert.equal(new Set(ids.map(({ action }) => action.create['_id'])).size, 4);
});

test('an id too long for the store is hashed, the same each time', () => {
  const columns = new ColumnBatch();
  columns.add(
    { dataset: requestDataset, time: TIME, dimensions: {}, values: {}, id: 'x'.repeat(600) },
    'acme',
  );
  const id = (): string | undefined =>
    lines(textOf({ source: 's', position: null, columns }))[0]?.action.create['_id'];
  assert.equal(id()?.length, 22);
  assert.equal(id(), id());
});

test('a large batch is split between rows and only the last part is the last', () => {
  const columns = new ColumnBatch();
  for (let row = 0; row < 100; row++) columns.table(requestDataset).append(TIME, row);
  const batch = { source: 's', position: null, columns, idPrefix: 'f' };
  const parts: { documents: number; last: boolean; text: string }[] = [];
  for (const { raw, documents, last } of encoder(1000).encode(batch)) {
    parts.push({ documents, last, text: Buffer.from(raw).toString() });
  }
  assert.ok(parts.length > 5);
  assert.deepEqual(
    parts.map(({ last }) => last),
    parts.map((_, at) => at === parts.length - 1),
  );
  assert.equal(
    parts.reduce((sum, { documents }) => sum + documents, 0),
    100,
  );
  for (const { text, documents } of parts) assert.equal(lines(text).length, documents);
});

test('an encoder used again does not remember the symbols of another batch', () => {
  const one = encoder();
  for (const tenant of ['acme', 'globex', 'initech']) {
    const columns = new ColumnBatch();
    columns.add({ dataset: requestDataset, time: TIME, dimensions: {}, values: {}, id: 'i' }, tenant);
    assert.equal(lines(textOf({ source: 's', position: null, columns }, one))[0]?.document['tenant'], tenant);
  }
});
