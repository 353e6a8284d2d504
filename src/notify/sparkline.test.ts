import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { shortNumber, sparklineOf } from './sparkline.ts';

describe('a sparkline', () => {
  const CASES: readonly [values: readonly (number | undefined)[], bars: string | undefined][] = [
    [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    [[7, 0], '█▁'],
    [[-1, 0, 1], '▁▅█'],
    [[3, 3, 3], '▁▁▁'],
    [[undefined, 1, Number.NaN, 2], '·▁·█'],
    [[0, Number.POSITIVE_INFINITY, 1], '▁·█'],
    [[-1.7e308, 1.7e308, 0], '▁█▅'],
    [[1], undefined],
    [[undefined, undefined], undefined],
    [[], undefined],
  ];
  for (const [values, bars] of CASES) {
    test(`of ${values.join(' ')} is ${bars ?? 'none'}`, () => assert.equal(sparklineOf(values)?.bars, bars));
  }

  test('has a character for each value, rises with it, and knows its scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 60 }),
        (values) => {
          const line = sparklineOf(values) ?? assert.fail();
          assert.deepEqual(
            [line.min, line.max, line.last],
            [Math.min(...values), Math.max(...values), values.at(-1)],
          );
          assert.equal(line.bars.length, values.length);
          const sorted = (sparklineOf(values.toSorted((a, b) => a - b))?.bars ?? '').split('');
          assert.deepEqual(sorted, sorted.toSorted());
        },
      ),
    );
  });

  const NUMBERS: readonly [number, string][] = [
    [43, '43'],
    [999_999, '999999'],
    [0.123456, '0.123'],
    [1234.5678, '1230'],
    [12e9, '12000000000'],
    [-0.5, '-0.5'],
  ];
  for (const [value, text] of NUMBERS) {
    test(`its scale says ${text} for ${value}`, () => assert.equal(shortNumber(value), text));
  }
});
