import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDecimal } from './format-decimal.ts';

const CASES: readonly (readonly [number, string])[] = [
  [6, '6'],
  [0.1, '0.1'],
  [-2.5e-7, '-0.00000025'],
  [1.5e22, '15000000000000000000000'],
  [1e21, '1000000000000000000000'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
  [-0, '-0'],
];

for (const [value, text] of CASES) {
  test(`writes ${value} as ${text}`, () => assert.equal(formatDecimal(value), text));
}

test('writes any number without exponent, and so that it reads back', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = formatDecimal(value);
      assert.match(text, /^-?\d+(?:\.\d+)?$/);
      assert.ok(Object.is(Number(text), value));
    }),
  );
});
