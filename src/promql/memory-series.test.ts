import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMatcher } from '../model/matcher.ts';
import { isStale } from '../model/series.ts';
import { MemorySeries } from './memory-series.ts';

const labels = { __name__: 'm', tenant: 'a' };

function valuesOf(series: MemorySeries): number[][] {
  return Array.from(series.select([], { start: 0, end: 1e6 }), ({ values }) => [...values]);
}

test('keeps samples in order of time, whatever their number', () => {
  const series = new MemorySeries();
  for (let time = 0; time < 100; time++) series.append([{ labels, time, value: time, stale: time === 3 }]);
  const [found] = [...series.select([createMatcher('__name__', '=', 'm')], { start: 2, end: 98 })];
  assert.ok(found !== undefined);
  assert.equal(found.timestamps.length, 97);
  assert.deepEqual([found.timestamps[0], found.values.at(-1)], [2, 98]);
  assert.deepEqual([isStale(found.values, 0), isStale(found.values, 1)], [false, true]);
});

test('of what rules record a sample at a known time replaces, a late one is dropped', () => {
  const series = new MemorySeries();
  series.append([1, 2, 3].map((value) => ({ labels, time: 10, value })));
  series.append([{ labels, time: 5, value: 9 }]);
  assert.deepEqual(valuesOf(series), [[3]]);
});

test('what is loaded may replace, and may not come late', () => {
  const series = new MemorySeries();
  series.load(labels, [1, 'missing', 2], 1000);
  series.load(labels, [5], 1000, 2000);
  assert.deepEqual(valuesOf(series), [[1, 5]]);
  assert.throws(
    () => series.load(labels, [3], 1000, 500),
    /samples of m\{tenant="a"\} must come in order of time, got 500 ms late/,
  );
});

test('selects by matchers and range', () => {
  const series = new MemorySeries();
  for (const tenant of ['a', 'b']) series.append([{ labels: { __name__: 'm', tenant }, time: 10, value: 1 }]);
  series.append([{ labels: { __name__: 'other', tenant: 'b' }, time: 10, value: 1 }]);
  const names = (end: number): unknown[] =>
    Array.from(
      series.select([createMatcher('__name__', '=', 'm'), createMatcher('tenant', '!=', 'a')], {
        start: 0,
        end,
      }),
      (each) => each.labels['tenant'],
    );
  assert.deepEqual(names(10), ['b']);
  assert.deepEqual(names(9), []);
});
