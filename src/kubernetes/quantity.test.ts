import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseQuantity } from './quantity.ts';

const CASES: readonly (readonly [string | undefined, number | undefined])[] = [
  ['0', 0],
  ['2', 2],
  ['100m', 0.1],
  ['1500m', 1.5],
  ['250000000n', 0.25],
  ['12u', 0.000_012],
  ['1.5Gi', 1_610_612_736],
  ['128Mi', 134_217_728],
  ['1G', 1e9],
  ['5k', 5000],
  ['2e3', 2000],
  ['1E', 1e18],
  ['12E2', 1200],
  ['.5', 0.5],
  ['-1', -1],
  ['', undefined],
  [undefined, undefined],
  ['1 Gi', undefined],
  ['1KiB', undefined],
  ['Gi', undefined],
  ['1e', undefined],
  ['NaN', undefined],
];

for (const [text, value] of CASES)
  test(`${text} is ${value}`, () => assert.equal(parseQuantity(text), value));

test('milli-units are exact: n m is n / 1000', () => {
  fc.assert(fc.property(fc.nat(), (n) => parseQuantity(`${n}m`) === n / 1000));
});

test('no text makes it throw, or yield what is no number', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const value = parseQuantity(text);
      return value === undefined || Number.isFinite(value);
    }),
  );
});
