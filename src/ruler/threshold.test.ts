import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseExpression } from '../promql/parser.ts';
import { thresholdOf } from './threshold.ts';

describe('the threshold of a rule', () => {
  const cases: [expression: string, threshold: string | undefined][] = [
    ['queue > 20', '> 20'],
    ['(rate(errors_total[5m]) / rate(all_total[5m])) * 100 >= 5', '>= 5'],
    ['20 < queue', '> 20'],
    ['delta(x[1h]) < -3', '< -3'],
    ['up == 0 unless on (tenant) asleep == 1', '== 0'],
    ['(queue > 5m) and on (tenant) running == 0', '> 300'],
    ['queue > bool 20', undefined],
    ['queue > on (tenant) limit', undefined],
    ['queue > 20 or age > 300', undefined],
    ['vector(1)', undefined],
    ['absent(up)', undefined],
  ];
  for (const [expression, threshold] of cases) {
    test(`${expression}: ${threshold ?? 'none'}`, () => {
      const found = thresholdOf(parseExpression(expression));
      assert.equal(found && `${found.operator} ${found.value}`, threshold);
    });
  }
});
