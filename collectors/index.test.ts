import assert from 'node:assert/strict';
import test from 'node:test';
import { metricsOf } from '../src/model/dataset.ts';
import { inertDeps } from '../test/contract/inert-deps.ts';
import { createLineCollectors, createPollCollectors, datasets } from './index.ts';

test('the registry holds every dataset of every collector once', () => {
  const polls = createPollCollectors(inertDeps());
  const lines = createLineCollectors({
    'legacy-metrics': { format: 'json', fields: {}, duration_unit: 'ms' },
  });
  const declared = new Set([...polls, ...lines].flatMap((collector) => collector.datasets));
  assert.deepEqual(
    [...declared].filter((dataset) => !datasets.includes(dataset)),
    [],
  );
  const names = datasets.map(({ name }) => name);
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
});

test('no two datasets claim one metric', () => {
  const names = datasets.flatMap(metricsOf).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});
