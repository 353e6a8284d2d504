import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { queueDataset, requestDataset } from '../../../test/fakes/spool-harness.ts';
import { templateOf } from './template.ts';

const ALL = { mode: true, lifecycle: true, dataStream: true };
const OPTIONS = { namespace: 'prod', eventsRetentionMs: 7 * 86_400_000, metricsRetentionMs: 36 * 3_600_000 };

test('the templates of an event and a gauge dataset are the golden ones', () => {
  const made = [requestDataset, queueDataset].map((dataset) => templateOf(dataset, OPTIONS, ALL));
  const golden: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, 'fixtures', 'templates.json'), 'utf8'),
  );
  assert.deepEqual(JSON.parse(JSON.stringify(made.map(({ name, body }) => ({ name, body })))), golden);
});

test('what the server refuses is left out', () => {
  const plain = templateOf(queueDataset, OPTIONS, { mode: false, lifecycle: false, dataStream: false });
  const text = JSON.stringify(plain.body);
  for (const word of ['time_series', 'lifecycle', 'data_stream']) assert.ok(!text.includes(word), word);
});

test('the hash changes with the content and only with it', () => {
  const hash = (retention: number): string =>
    templateOf(requestDataset, { ...OPTIONS, eventsRetentionMs: retention }, ALL).hash;
  assert.equal(hash(60_000), hash(60_000));
  assert.notEqual(hash(60_000), hash(120_000));
});
