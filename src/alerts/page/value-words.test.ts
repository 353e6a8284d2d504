import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { testAlert } from '../../../test/fakes/incident.ts';
import type { Alert, Threshold } from '../../model/alert.ts';
import { numberWords, valueWords } from './value-words.ts';

describe('a number on a phone', () => {
  const cases: [value: number, unit: Threshold['unit'], words: string][] = [
    [43.333333333, undefined, '43.3'],
    [43, undefined, '43'],
    [0.1 + 0.2, undefined, '0.3'],
    [-2.34567, undefined, '-2.35'],
    [12_345, undefined, '12,345'],
    [12_345.67, undefined, '12,346'],
    [1_234_567, undefined, '1.23M'],
    [999_999.9, undefined, '1,000,000'],
    [0, undefined, '0'],
    [1.5e-7, undefined, '1.5e-7'],
    [Number.NaN, undefined, 'NaN'],
    [-Infinity, 'bytes', '-Infinity'],
    [0, 'seconds', '0s'],
    [0.18044, 'seconds', '180ms'],
    [12.345678, 'seconds', '12.3s'],
    [59.99, 'seconds', '1m'],
    [725, 'seconds', '12m'],
    [93_784, 'seconds', '1d 2h'],
    [-90, 'seconds', '-1m 30s'],
    [512, 'bytes', '512B'],
    [1536, 'bytes', '1.5KiB'],
    [1_048_575, 'bytes', '1MiB'],
    [123_456_789_012, 'bytes', '115GiB'],
    [0.93456, 'ratio', '93.5%'],
    [1, 'ratio', '100%'],
  ];
  for (const [value, unit, words] of cases)
    test(`${value} ${unit ?? ''}: ${words}`, () => assert.equal(numberWords(value, unit), words));

  test('no number is longer than a phone shows', () => {
    const unit = fc.constantFrom<Threshold['unit']>('seconds', 'bytes', 'ratio', undefined);
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), unit, (value, of) => {
        assert.ok(numberWords(value, of).length <= 14, numberWords(value, of));
      }),
    );
  });
});

describe('the value of alerts against its threshold', () => {
  const over = (value: number, threshold?: Threshold, more: Partial<Alert> = {}): Alert =>
    testAlert({ value, ...(threshold === undefined ? {} : { threshold }), ...more });
  const above: Threshold = { operator: '>', value: 20 };
  const slow: Threshold = { operator: '>', value: 30, unit: 'seconds' };
  const free: Threshold = { operator: '<', value: 0.1, unit: 'ratio' };
  const cases: [name: string, alerts: Alert[], words: string | undefined][] = [
    ['a count', [over(43, above)], '43 (threshold > 20)'],
    ['seconds', [over(72.6, slow)], '1m 13s (threshold > 30s)'],
    ['a ratio', [over(0.04321, free)], '4.32% (threshold < 10%)'],
    ['a bit more than the threshold', [over(20.0004, above)], '20.0004 (threshold > 20)'],
    ['seconds a bit above', [over(30.04, slow)], '30.04s (threshold > 30s)'],
    ['the furthest above', [over(21, above), over(43, above)], 'up to 43 (threshold > 20)'],
    ['the furthest below', [over(0.09, free), over(0.01, free)], 'down to 1% (threshold < 10%)'],
    ['no threshold', [over(43.333333)], '43.3'],
    ['several without a threshold', [over(1), over(2)], undefined],
    ['several rules', [over(21, above), over(72, slow)], undefined],
    ['equal by the rule', [over(0, { operator: '==', value: 0 })], undefined],
    ['of somebody else', [over(1, undefined, { receivedFrom: 'https://p.example' })], undefined],
    ['what is over', [over(43, above, { state: 'resolved' })], undefined],
    ['no number', [over(Number.NaN, above)], undefined],
    ['nothing', [], undefined],
  ];
  for (const [name, alerts, words] of cases) test(name, () => assert.equal(valueWords(alerts), words));
});
