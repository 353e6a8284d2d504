import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubleExponentialSmoothing } from './double-exponential-smoothing.ts';
import { extremeTime } from './extreme-time.ts';
import { medianDeviation } from './median-deviation.ts';

function windowOf(values: readonly number[]): {
  length: number;
  timestamps: Float64Array;
  values: Float64Array;
} {
  // The last element does not belong to the window.
  const timestamps = Float64Array.from([...values, 0], (_, index) => (index + 1) * 1000);
  return { length: values.length, timestamps, values: Float64Array.from([...values, 1e9]) };
}

test('the median of the distances to the median', () => {
  const deviation = (...values: readonly number[]): number =>
    medianDeviation(windowOf(values).values, values.length);
  assert.equal(deviation(4, 6, 2, 1, 999, 1, 2), 1);
  assert.equal(deviation(4, 6, 2, 1, 999, 1), 2);
  assert.equal(deviation(3), 0);
  assert.ok(Number.isNaN(deviation(1, Number.NaN, 3)));
});

test('when the extreme was there last', () => {
  assert.equal(extremeTime(windowOf([1, 3, 3, 2]), 1), 3);
  assert.equal(extremeTime(windowOf([1, 3, 1, 2]), -1), 3);
  assert.equal(extremeTime(windowOf([Number.NaN, 3, Number.NaN]), 1), 2);
  assert.equal(extremeTime(windowOf([Number.NaN]), -1), 1);
});

test('a smoothed course follows a line, and refuses factors out of bounds', () => {
  assert.equal(doubleExponentialSmoothing(windowOf([1, 2, 3, 4]), 0.5, 0.5), 4);
  assert.equal(doubleExponentialSmoothing(windowOf([1]), 0.5, 0.5), undefined);
  assert.throws(() => doubleExponentialSmoothing(windowOf([1, 2]), 1, 0.5), {
    message: 'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000',
  });
  assert.throws(() => doubleExponentialSmoothing(windowOf([1, 2]), 0.5, 0), /invalid trend factor/);
});
