import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { queueDataset, requestDataset } from '../../../test/fakes/spool-harness.ts';
import { rollupTemplate, templateOf } from './template.ts';

const rolledUp = {
  ...requestDataset,
  rollup: { windowMs: 10_000, by: ['route'], of: { duration_seconds: [0.05, 0.2] } },
};

const ALL = { mode: true, retention: 'lifecycle', dataStream: true } as const;
const OPTIONS = { namespace: 'prod', eventsRetentionMs: 7 * 86_400_000, metricsRetentionMs: 36 * 3_600_000 };

test('the templates of events, gauges and rollups are the golden ones', () => {
  const made = [
    ...[requestDataset, queueDataset].map((dataset) => templateOf(dataset, OPTIONS, ALL)),
    rollupTemplate(rolledUp, OPTIONS, ALL),
  ];
  const golden: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, 'fixtures', 'templates.json'), 'utf8'),
  );
  assert.deepEqual(JSON.parse(JSON.stringify(made.map(({ name, body }) => ({ name, body })))), golden);
});

test('what the server refuses is left out', () => {
  const plain = templateOf(queueDataset, OPTIONS, { mode: false, retention: 'none', dataStream: false });
  const text = JSON.stringify(plain.body);
  for (const word of ['time_series', 'lifecycle', 'data_stream']) assert.ok(!text.includes(word), word);
});

test('the hash changes with the content and only with it', () => {
  const hash = (retention: number): string =>
    templateOf(requestDataset, { ...OPTIONS, eventsRetentionMs: retention }, ALL).hash;
  assert.equal(hash(60_000), hash(60_000));
  assert.notEqual(hash(60_000), hash(120_000));
});

test('retention by ILM: a policy beside the template, named in it', () => {
  const { body, policy } = templateOf(requestDataset, OPTIONS, { ...ALL, retention: 'ilm' });
  assert.ok(JSON.stringify(body).includes('"index.lifecycle.name":"octowatch-events-prod"'));
  assert.ok(!JSON.stringify(body).includes('data_retention'));
  assert.equal(policy?.name, 'octowatch-events-prod');
  assert.deepEqual(policy.body['policy'], {
    _meta: { owner: 'octowatch' },
    phases: {
      hot: { actions: { rollover: { max_age: '1d', max_primary_shard_size: '50gb' } } },
      delete: { min_age: '7d', actions: { delete: {} } },
    },
  });
});

test('without a retention nobody deletes', () => {
  for (const retention of ['lifecycle', 'ilm', 'none'] as const) {
    const { body, policy } = templateOf(requestDataset, { namespace: 'prod' }, { ...ALL, retention });
    assert.ok(!JSON.stringify(body).includes('lifecycle'));
    assert.equal(policy, undefined);
  }
});
