import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleInputs } from './rule-inputs.ts';
import { groupsOf } from './testing/ruler-bench.ts';

const rules = groupsOf(
  '{ record: r:one, expr: a + b }',
  '{ record: r:two, expr: r:one * c }',
  '{ alert: Down, expr: up == 0 }',
  '{ alert: Slow, expr: "r:two > 1 unless on (tenant) ALERTS{alertname=\'Down\'}" }',
  '{ alert: Many, expr: "count(ALERTS{alertname=~\'Down|Many\'}) > 3" }',
  '{ alert: Other, expr: "ALERTS_FOR_STATE{alertname=\'Gone\'} > d" }',
  '{ record: r:self, expr: r:self + e }',
).flatMap((group) => group.rules);

const cases: [name: string, ...metrics: string[]][] = [
  ['r:one', 'a', 'b'],
  ['r:two', 'a', 'b', 'c'],
  ['Slow', 'a', 'b', 'c', 'up'],
  ['Many', 'up'],
  ['Other', 'ALERTS_FOR_STATE', 'd'],
  ['r:self', 'e'],
];
for (const [name, ...metrics] of cases) {
  test(`${name} reads ${metrics.join(', ')} in the end`, () => {
    const rule = rules.find((each) => each.name === name) ?? assert.fail();
    assert.deepEqual(ruleInputs(rules)(rule), metrics);
  });
}
