import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Point } from '../model/point.ts';
import { pointLines, pointTable } from './point-lines.ts';

const point: Point = {
  dataset: { kind: 'gauge', name: 'octopus.ping', help: 'Pings.', dimensions: {}, metrics: {} },
  time: Date.UTC(2026, 10, 21),
  dimensions: { node: 'a', name: 'b' },
  values: { up: 1, seconds: 0.5, unknown: undefined },
};

test('a point is one line of JSON with time, dataset, tenant, dimensions and values', () => {
  assert.deepEqual(
    pointLines([point], 'acme').map((line) => JSON.parse(line)),
    [
      {
        '@timestamp': '2026-11-21T00:00:00.000Z',
        dataset: 'octopus.ping',
        tenant: 'acme',
        node: 'a',
        name: 'b',
        up: 1,
        seconds: 0.5,
      },
    ],
  );
});

test('a table has a row for each value that is there', () => {
  assert.deepEqual(pointTable([point]), [
    'DATASET       FIELD    DIMENSIONS     VALUE',
    'octopus.ping  up       node=a name=b  1',
    'octopus.ping  seconds  node=a name=b  0.5',
  ]);
  assert.deepEqual(pointTable([]), []);
});

test('a point of a place says whose it is', () => {
  const owned = { ...point, tenant: 'beta' };
  assert.match(pointLines([owned], '')[0] ?? '', /"tenant":"beta"/);
  assert.match(pointTable([owned])[1] ?? '', / tenant=beta node=a name=b +1$/);
});
