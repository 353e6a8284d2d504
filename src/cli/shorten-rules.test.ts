import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseExpression } from '../promql/parser.ts';
import { printExpression } from '../promql/print.ts';
import { childrenOf, type Expr } from '../promql/tree.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { shortenRules } from './shorten-rules.ts';

const FACTOR = 30;
const SHORTEST_MS = 5000;

function groupOf(expr: string, more = ''): readonly RuleGroup[] {
  const text = JSON.stringify({
    groups: [{ name: 'g', rules: [{ alert: 'A', expr, ...JSON.parse(more || '{}') }] }],
  });
  const { groups, problems } = parseRuleFile(text, 'rules.yml');
  assert.deepEqual(problems, []);
  return groups;
}

const cases: readonly [name: string, expr: string, shortened: string][] = [
  ['a range', 'rate(a_total[10m])', 'rate(a_total[20s])'],
  ['a range that would hold no samples', 'rate(a_total[1m])', 'rate(a_total[5s])'],
  ['an offset', 'a offset 1h', 'a offset 2m'],
  ['the offset of a range', 'rate(a_total[10m] offset 1h)', 'rate(a_total[20s] offset 2m)'],
  ['a subquery', 'max_over_time(a[1h:1m] offset 30m)', 'max_over_time(a[2m:1m] offset 1m)'],
  [
    'what a subquery holds',
    'max_over_time(rate(a_total[10m])[1h:])',
    'max_over_time(rate(a_total[20s])[2m:])',
  ],
  ['a limit on an age', 'x_age_seconds > 600', 'x_age_seconds > 20'],
  ['a limit in parentheses', 'max(x_age_seconds) >= (600)', 'max (x_age_seconds) >= 20'],
  ['a limit on an age among others', 'a > 600 and x_age_seconds > 600', 'a > 600 and x_age_seconds > 20'],
  ['a limit on something else', 'a_bytes > 600', 'a_bytes > 600'],
  [
    'a time stamp of a metric',
    'time() - seen_timestamp_seconds > 120',
    'time() - seen_timestamp_seconds > 120',
  ],
  ['arithmetic with an age', 'x_age_seconds / 60', 'x_age_seconds / 60'],
  ['a selector of a range named by a label', 'rate(a_total{b="10m"}[10m])', 'rate(a_total{b="10m"}[20s])'],
];

for (const [name, expr, shortened] of cases) {
  test(`${name}: ${expr}`, () => {
    const [group] = shortenRules(groupOf(expr), FACTOR, SHORTEST_MS);
    assert.equal(group?.rules[0]?.text, printExpression(parseExpression(shortened)));
  });
}

test('for and keep_firing_for are divided', () => {
  const [group] = shortenRules(groupOf('a', '{"for":"10m","keep_firing_for":"5m"}'), FACTOR, SHORTEST_MS);
  const rule = group?.rules[0];
  assert.ok(rule?.kind === 'alert');
  assert.deepEqual([rule.forMs, rule.keepFiringForMs], [20_000, 10_000]);
});

const pack = join(import.meta.dirname, '..', '..', 'rules', 'octopus.yml');
const { groups: original } = parseRuleFile(readFileSync(pack, 'utf8'), 'octopus.yml');
const shortened = shortenRules(original, FACTOR, SHORTEST_MS);

test('of the rule pack every rule is kept and parses, and what pages judges within two minutes', () => {
  const names = (groups: readonly RuleGroup[]): string[] =>
    groups.flatMap(({ rules }) => rules.map(({ name }) => name));
  assert.deepEqual(names(shortened), names(original));
  for (const rule of shortened.flatMap(({ rules }) => rules)) {
    assert.equal(rule.expr.type, 'vector', rule.name);
    assert.equal(printExpression(parseExpression(rule.text)), rule.text, rule.name);
    for (const range of rangesOf(rule.expr)) assert.ok(range >= SHORTEST_MS && range <= 120_000, rule.text);
    const pages = rule.kind === 'alert' && rule.labels.severity === 'page';
    assert.ok(!pages || rule.forMs <= 120_000, rule.name);
  }
});

test('of the rule pack only times are changed', () => {
  const rule = (groups: readonly RuleGroup[], name: string): string =>
    groups.flatMap(({ rules }) => rules).find((each) => each.name === name)?.text ?? '';
  assert.match(rule(shortened, 'OctopusNodeOffline'), /octopus_node_last_seen_timestamp_seconds > 120/);
  assert.match(rule(shortened, 'OctopusQueueStuck'), /octopus_task_queue_age_seconds\{.*\}\) > 20 /);
  assert.match(rule(shortened, 'OctopusQueueStuck'), /increase\(octopus_tasks_started_total\[20s\]\) == 0/);
  assert.match(rule(original, 'OctopusQueueStuck'), /> 600/, 'the original is left as it was');
});

function rangesOf(expr: Expr): number[] {
  const own = expr.kind === 'range' || expr.kind === 'subquery' ? [expr.rangeMs] : [];
  return [...own, ...childrenOf(expr).flatMap(rangesOf)];
}
