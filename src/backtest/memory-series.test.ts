import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMatcher } from '../model/matcher.ts';
import { isStale } from '../model/series.ts';
import { MemorySeries } from './memory-series.ts';

const labels = { __name__: 'm', tenant: 'a' };

test('keeps samples in order of time, whatever their number', () => {
  const series = new MemorySeries();
  for (let time = 0; time < 100; time++) series.append([{ labels, time, value: time, stale: time === 3 }]);
  const [found] = [...series.select([createMatcher('__name__', '=', 'm')], { start: 2, end: 98 })];
  assert.ok(found !== undefined);
  assert.equal(found.timestamps.length, 97);
  assert.deepEqual([found.timestamps[0], found.values.at(-1)], [2, 98]);
  assert.deepEqual([isStale(found.values, 0), isStale(found.values, 1)], [false, true]);
});

test('a sample at the last time replaces, an older one is dropped', () => {
  const series = new MemorySeries();
  series.append([1, 2, 3].map((value) => ({ labels, time: 10, value })));
  series.append([{ labels, time: 5, value: 9 }]);
  const [found] = [...series.select([], { start: 0, end: 100 })].map(({ values }) => [...values]);
  assert.deepEqual(found, [3]);
});

test('selects by matchers and range', () => {
  const series = new MemorySeries();
  for (const tenant of ['a', 'b']) series.append([{ labels: { __name__: 'm', tenant }, time: 10, value: 1 }]);
  const names = (end: number): unknown[] =>
    [...series.select([createMatcher('tenant', '!=', 'a')], { start: 0, end })].map(
      (each) => each.labels['tenant'],
    );
  assert.deepEqual(names(10), ['b']);
  assert.deepEqual(names(9), []);
});
