import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { meanOf, sumOf, varianceOf } from './compensated.ts';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), {
  minLength: 1,
  maxLength: 30,
});

test('the compensated sum has the bits of the Kahan-Neumaier sum', () => {
  fc.assert(
    fc.property(values, (numbers) => {
      assert.ok(Object.is(sumOf(Float64Array.from(numbers)) + 0, neumaier(numbers) + 0));
    }),
    { numRuns: 2000 },
  );
});

test('means and variances', () => {
  const cases: readonly (readonly [values: number[], mean: number, variance: number])[] = [
    [[1, 2, 3, 4], 2.5, 1.25],
    [[5], 5, 0],
    [[Number.NaN, 1], Number.NaN, Number.NaN],
    [[Number.POSITIVE_INFINITY, 1], Number.POSITIVE_INFINITY, Number.NaN],
    [[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], Number.NaN, Number.NaN],
    [[1e9, 1e9 + 1, 1e9 + 2], 1e9 + 1, 2 / 3],
  ];
  for (const [numbers, mean, variance] of cases) {
    assert.equal(meanOf(Float64Array.from(numbers)), mean, `mean of ${numbers.join()}`);
    assert.equal(varianceOf(Float64Array.from(numbers)), variance, `variance of ${numbers.join()}`);
  }
});

test('a mean is finite where its sum is not', () => {
  const huge = Float64Array.of(1.7e308, 1.7e308, 1.7e308);
  assert.equal(sumOf(huge), Number.POSITIVE_INFINITY);
  assert.ok(Math.abs(meanOf(huge) / 1.7e308 - 1) < 1e-15);
});

/** The branching form that Prometheus has. */
function neumaier(numbers: readonly number[]): number {
  let sum = 0;
  let compensation = 0;
  for (const x of numbers) {
    const next = sum + x;
    compensation += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + compensation;
}
