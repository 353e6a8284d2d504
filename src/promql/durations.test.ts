import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveDurations } from './durations.ts';
import { parseExpression } from './parser.ts';
import { printExpression } from './print.ts';

const TIMES = { stepMs: 10_000, rangeMs: 60_000 };

const RESOLVED: readonly (readonly [text: string, plain: string])[] = [
  ['up[1h / 2]', 'up[30m]'],
  ['up[step()]', 'up[10s]'],
  ['up[1 + (STEP() - 5) * 2]', 'up[11s]'],
  ['up[min_of(range() * 2, max_of(1h % 50m, step()))]', 'up[2m]'],
  ['up[2m * -1 + 3m]', 'up[1m]'],
  ['up offset -(step() * 2)', 'up offset -20s'],
  ['up offset step() + 1', 'up offset 10s + 1'],
  ['up[-2 ^ 2 + 10]', 'up[6s]'],
  ['max_over_time(up[range():step() / 4] offset (range() / 2))', 'max_over_time(up[1m:2s500ms] offset 30s)'],
  [
    'sum(rate(up[step() * 3] smoothed)) by (a) + fill(0) up',
    'sum by (a) (rate(up[30s] smoothed)) + fill (0) up',
  ],
];

for (const [text, plain] of RESOLVED) {
  test(`resolves ${text}`, () => {
    const tree = resolveDurations(parseExpression(text), TIMES);
    assert.equal(printExpression(tree), plain);
  });
}

test('a tree without computed durations stays what it is', () => {
  const tree = parseExpression('sum(rate(up[5m] offset 1m))');
  assert.equal(resolveDurations(tree, TIMES), tree);
});

test('refuses what is no duration in this query', () => {
  const resolve = (text: string): unknown =>
    resolveDurations(parseExpression(text), { stepMs: 0, rangeMs: 0 });
  assert.throws(() => resolve('up[range()]'), /must be greater than 0: range\(\) is 0 s in this query/);
  assert.throws(() => resolve('up[5m:step() - 5]'), /must be greater than 0: step\(\) - 5 is -5 s/);
  assert.throws(() => resolve('up[1m / step()]'), /not a finite number/);
  assert.doesNotThrow(() => resolve('up offset range()'));
});
