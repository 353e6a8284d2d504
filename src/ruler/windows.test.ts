import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groupsOf } from './testing/ruler-bench.ts';
import { windowMemory } from './window-memory.ts';
import { windowsOf } from './windows.ts';

/** Minutes by metric, without the 15 s for rounds that begin late. */
function minutes(...exprs: readonly string[]): Record<string, number> {
  const { defaultMs, byMetric } = windowsOf(
    groupsOf(...exprs.map((expr) => `{ record: r, expr: '${expr}' }`)),
  );
  return Object.fromEntries(
    [['*', defaultMs] as const, ...byMetric].map(([name, ms]) => [name, (ms - 15_000) / 60_000]),
  );
}

describe('the window of a metric reaches back', () => {
  const cases: [expr: string, windows: Record<string, number>][] = [
    ['a', { '*': 5, a: 5 }],
    ['rate(a[1m])', { '*': 5, a: 5 }],
    ['rate(a[10m])', { '*': 5, a: 10 }],
    ['rate(a[1h] offset 30m) + b', { '*': 5, a: 90, b: 5 }],
    ['a offset 10m', { '*': 5, a: 15 }],
    ['a offset -10m', { '*': 5, a: 5 }],
    ['max_over_time(rate(a[10m])[1h:1m])', { '*': 5, a: 70 }],
    ['max_over_time((a + b offset 5m)[1h:1m] offset 1h)', { '*': 5, a: 125, b: 130 }],
    ['sum(rate({__name__=~"a|b"}[20m]))', { '*': 5, a: 20, b: 20 }],
    ['count_over_time({__name__=~"a.*"}[20m]) + rate(b[10m]) + c', { '*': 20, b: 20, c: 20 }],
    ['count_over_time({tenant="x"}[1h])', { '*': 60 }],
  ];
  for (const [expr, windows] of cases) {
    test(`${expr}: ${JSON.stringify(windows)}`, () => {
      assert.deepEqual(minutes(expr), windows);
    });
  }
});

test('the longest of all rules counts, with the query_offset of their groups', () => {
  const [group = assert.fail()] = groupsOf(
    '{ record: r, expr: a }',
    '{ alert: A, expr: "rate(a[10m]) > 0" }',
  );
  const { byMetric } = windowsOf([group, { ...group, queryOffsetMs: 60_000 }]);
  assert.deepEqual([...byMetric], [['a', 675_000]]);
});

test('what windows cost is told longest first', () => {
  const windows = windowsOf(groupsOf(`{ record: r, expr: 'rate(a[10m]) + b' }`));
  assert.deepEqual(
    windowMemory(windows, (metric) => (metric === 'a' ? 15_000 : 60_000)),
    [
      { metric: 'a', windowMs: 615_000, intervalMs: 15_000, slots: 42, bytesPerThousand: 336_000 },
      { metric: 'b', windowMs: 315_000, intervalMs: 60_000, slots: 7, bytesPerThousand: 56_000 },
    ],
  );
});
