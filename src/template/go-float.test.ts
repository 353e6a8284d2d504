import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatGoFloat, formatGoPrecision, goExponential, goFixed } from './go-float.ts';

// As Go's fmt prints them.
const FIXED: [value: number, decimals: number, text: string][] = [
  [0, 0, '0'],
  [-0, 0, '-0'],
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [2.5, 0, '2'],
  [3.5, 0, '4'],
  [-2.5, 0, '-2'],
  [1.25, 1, '1.2'],
  [0.15, 1, '0.1'],
  [0.125, 2, '0.12'],
  [0.375, 2, '0.38'],
  [2.675, 2, '2.67'],
  [1e21, 2, '1000000000000000000000.00'],
  [1.2345e22, 0, '12344999999999999737856'],
];
for (const [value, decimals, text] of FIXED) {
  test(`%.${decimals}f of ${value} is ${text}`, () => assert.equal(goFixed(value, decimals), text));
}

const SIGNIFICANT: [value: number, digits: number, text: string][] = [
  [2.0625, 4, '2.062'],
  [2.1875, 4, '2.188'],
  [12_345, 4, '1.234e+04'],
  [12_355, 4, '1.236e+04'],
  [1234.5, 4, '1234'],
  [99_995, 4, '1e+05'],
  [9.5, 4, '9.5'],
  [0.000_123_45, 4, '0.0001234'],
];
for (const [value, digits, text] of SIGNIFICANT) {
  test(`%.${digits}g of ${value} is ${text}`, () => assert.equal(formatGoPrecision(value, digits), text));
}

const EXPONENT: [value: number, text: string][] = [
  [2.5, '2e+00'],
  [3.5, '4e+00'],
  [9.5, '1e+01'],
  [25, '2e+01'],
  [-2.5, '-2e+00'],
];
for (const [value, text] of EXPONENT) {
  test(`%.0e of ${value} is ${text}`, () => assert.equal(goExponential(value, 0), text));
}

test('%v has the shortest digits, an exponent where Go has one, and names for what is no number', () => {
  const texts = [1, 0.1, 1e-5, 1e21, -0, NaN, -Infinity].map(formatGoFloat);
  assert.deepEqual(texts, ['1', '0.1', '1e-05', '1e+21', '-0', 'NaN', '-Inf']);
});
