import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Window } from '../../model/selection.ts';
import { edgesOf } from './edges-of.ts';
import { compareValues, quantileOf } from './order-statistics.ts';
import { rangeFunctionOf } from './range-functions.ts';

const BOUNDS = { time: 1_000_000, start: 700_000, end: 1_000_000 };

const number = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true }) },
  { weight: 6, arbitrary: fc.integer({ min: -5, max: 100 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);

/** A window of 1 to 40 samples in `BOUNDS`, in arrays that are longer. */
const windowOf = (values: fc.Arbitrary<number[]>): fc.Arbitrary<Window> =>
  fc.tuple(values, fc.infiniteStream(fc.integer({ min: 1, max: 7400 }))).map(([samples, pauses]) => {
    const timestamps = new Float64Array(64).fill(Number.NaN);
    let time = BOUNDS.start;
    for (const [i] of samples.entries()) timestamps[i] = time += pauses.next().value;
    return {
      length: samples.length,
      timestamps,
      values: Float64Array.from({ length: 64 }, (_, i) => samples[i] ?? 7),
    };
  });

const anyWindow = windowOf(fc.array(number, { minLength: 1, maxLength: 40 }));
const risingWindow = windowOf(
  fc
    .array(number, { minLength: 1, maxLength: 40 })
    .map((values) => values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b)),
).filter(({ length }) => length > 0);

for (const name of [
  'rate',
  'increase',
  'delta',
  'first_over_time',
  'last_over_time',
  'count_over_time',
  'present_over_time',
]) {
  const { kernel, edges, needsRise } = rangeFunctionOf(name) ?? assert.fail(name);
  test(`${name} from the ends of a window is what the whole window gives`, () => {
    fc.assert(
      fc.property(needsRise === true ? risingWindow : anyWindow, (window) => {
        const expected = kernel(window, BOUNDS, Number.NaN, Number.NaN);
        assert.ok(Object.is(edges?.(edgesOf(window), BOUNDS), expected));
      }),
    );
  });
}

test('what lies behind the samples of a window is not looked at', () => {
  const names =
    'avg changes delta deriv idelta increase irate max min predict_linear quantile rate resets stddev stdvar sum';
  const kernels = names
    .split(' ')
    .map((name) => rangeFunctionOf(name) ?? rangeFunctionOf(`${name}_over_time`));
  fc.assert(
    fc.property(anyWindow, (window) => {
      const { length } = window;
      const exact = {
        length,
        timestamps: window.timestamps.slice(0, length),
        values: window.values.slice(0, length),
      };
      for (const known of kernels)
        assert.ok(
          Object.is(
            known?.kernel(window, BOUNDS, 0.5, Number.NaN),
            known?.kernel(exact, BOUNDS, 0.5, Number.NaN),
          ),
        );
    }),
  );
});

test('a quantile is what sorting gives', () => {
  fc.assert(
    fc.property(anyWindow, fc.double({ min: 0, max: 1, noNaN: true }), ({ length, values }, phi) => {
      const nanFirst = (a: number, b: number): number => -compareValues(a, b, -1);
      const sorted = values.slice(0, length).toSorted(nanFirst);
      const rank = phi * (length - 1);
      const lower = Math.floor(rank);
      const upper = Math.min(length - 1, lower + 1);
      const weight = rank - lower;
      const expected = (sorted[lower] ?? 0) * (1 - weight) + (sorted[upper] ?? 0) * weight;
      const actual = quantileOf(phi, values, length);
      assert.ok(
        actual === expected || (Number.isNaN(actual) && Number.isNaN(expected)),
        `${actual} ${expected}`,
      );
    }),
  );
});
