import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareValues, maxOf, minOf, quantileOf } from './order-statistics.ts';

const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;

test('a number beats NaN in min and max', () => {
  assert.equal(minOf(Float64Array.of(nan, 3, 1)), 1);
  assert.equal(maxOf(Float64Array.of(nan, 1, nan, 3)), 3);
  assert.equal(maxOf(Float64Array.of(nan)), nan);
});

const CASES: readonly (readonly [phi: number, values: number[], expected: number])[] = [
  [0.5, [3, 1, 2], 2],
  [0.5, [1, 2], 1.5],
  [0.9, [0, 10], 9],
  [0, [2, 1], 1],
  [1, [2, 1], 2],
  [0, [nan, 1], nan],
  [-0.1, [1], minusInf],
  [1.1, [1], inf],
  [nan, [1], nan],
  [0.5, [], nan],
];

for (const [phi, values, expected] of CASES) {
  test(`the ${phi} quantile of [${values.join()}] is ${expected}`, () => {
    assert.equal(quantileOf(phi, Float64Array.from(values)), expected);
  });
}

test('NaN sorts last, rising and falling', () => {
  const values = [2, nan, inf, 1, nan, minusInf];
  const sorted = (sign: 1 | -1): number[] => values.toSorted((a, b) => compareValues(a, b, sign));
  assert.deepEqual(sorted(1), [minusInf, 1, 2, inf, nan, nan]);
  assert.deepEqual(sorted(-1), [inf, 2, 1, minusInf, nan, nan]);
});
