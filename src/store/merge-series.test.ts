import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PastReader, PastSeries } from '../model/history.ts';
import { createMatcher } from '../model/matcher.ts';
import { isStale, setStale, type Series, type SeriesReader } from '../model/series.ts';
import { mergeSeries } from './merge-series.ts';

function series(tenant: string, samples: readonly (readonly [number, number])[]): Series {
  return {
    labels: { __name__: 'm', tenant },
    timestamps: Float64Array.from(samples, ([time]) => time),
    values: Float64Array.from(samples, ([, value]) => value),
  };
}

function past(all: readonly PastSeries[]): PastReader {
  return { select: () => all };
}

/** Yields all series through one pair of arrays, as a reader of what is new may. */
function reader(all: readonly Series[]): SeriesReader {
  return {
    *select() {
      const buffers = [new Float64Array(100), new Float64Array(100)] as const;
      for (const { labels, timestamps, values } of all) {
        buffers[0].fill(0).set(timestamps);
        buffers[1].fill(0).set(values);
        const { length } = values;
        yield { labels, timestamps: buffers[0].subarray(0, length), values: buffers[1].subarray(0, length) };
      }
    },
  };
}

function read(merged: SeriesReader): Record<string, (readonly [number, number])[]> {
  const found: Record<string, (readonly [number, number])[]> = {};
  for (const { labels, timestamps, values } of merged.select(MATCHERS, RANGE))
    found[labels['tenant'] ?? ''] = Array.from(values, (value, i) => [timestamps[i] ?? 0, value] as const);
  return found;
}

const MATCHERS = [createMatcher('__name__', '=', 'm')];
const RANGE = { start: 0, end: 100 };

test('of each series what is older, then what is newer; what both have comes from the newer once', () => {
  const older = [
    series('both', [
      [10, 1],
      [20, 2],
      [30, 9],
    ]),
    series('old', [[10, 5]]),
    series('covered', [[25, 9]]),
  ];
  const newer = [
    series('both', [
      [30, 3],
      [40, 4],
    ]),
    series('new', [[40, 6]]),
    series('covered', [[20, 7]]),
  ];
  assert.deepEqual(read(mergeSeries(past(older), reader(newer))), {
    both: [
      [10, 1],
      [20, 2],
      [30, 3],
      [40, 4],
    ],
    new: [[40, 6]],
    covered: [[20, 7]],
    old: [[10, 5]],
  });
});

test('a counter that was put together goes on where the newer one begins', () => {
  const older = [
    {
      ...series('a', [
        [10, 0],
        [20, 5],
        [30, 8],
      ]),
      relative: true,
    },
  ];
  const newer = [
    series('a', [
      [25, 100],
      [35, 104],
    ]),
  ];
  assert.deepEqual(read(mergeSeries(past(older), reader(newer))), {
    a: [
      [10, 95],
      [20, 100],
      [25, 100],
      [35, 104],
    ],
  });
});

test('whatever both have, times rise, and the newer one wins from where it begins', () => {
  const samples = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 20 });
  fc.assert(
    fc.property(samples, samples, (old, young) => {
      const column = (times: readonly number[], value: number): Series =>
        series(
          'a',
          times.toSorted((a, b) => a - b).map((time) => [time, value]),
        );
      const [older, newer] = [column(old, 1), column(young, 2)];
      const begin = newer.timestamps[0] ?? Infinity;
      const expected = [
        ...Array.from(older.timestamps, (time) => [time, 1]).filter(([time = 0]) => time < begin),
        ...Array.from(newer.timestamps, (time) => [time, 2]),
      ];
      const present = (one: Series): Series[] => (one.values.length === 0 ? [] : [one]);
      const merged = read(mergeSeries(past(present(older)), reader(present(newer))));
      assert.deepEqual(merged['a'] ?? [], expected);
    }),
  );
});

test('a stale marker stays one', () => {
  const [old, young] = [
    series('a', [
      [10, 1],
      [20, 0],
    ]),
    series('a', [
      [30, 0],
      [40, 2],
    ]),
  ];
  setStale(old.values, 1);
  setStale(young.values, 0);
  for (const { values } of mergeSeries(past([old]), reader([young])).select(MATCHERS, RANGE))
    assert.deepEqual(
      Array.from(values, (_, i) => isStale(values, i)),
      [false, true, true, false],
    );
});
