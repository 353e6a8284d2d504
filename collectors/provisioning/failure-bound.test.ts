import assert from 'node:assert/strict';
import test from 'node:test';
import { failureBound } from './failure-bound.ts';

test('what attempts prove of the share of failures', () => {
  // 0 of n: 1 - 0.05^(1/n), at most 3/n. The others are Clopper and Pearson's tables, one side, 95 %.
  const cases: readonly [number, number, number | undefined][] = [
    [0, 0, undefined],
    [1, 0, 0.95],
    [10, 0, 0.2589],
    [300, 0, 0.0099],
    [10, 1, 0.3942],
    [100, 5, 0.1023],
    [20_000, 10, 0.00085],
    [4, 4, 1],
  ];
  for (const [attempts, failures, expected] of cases) {
    const bound = failureBound(attempts, failures);
    if (expected === undefined) assert.equal(bound, undefined);
    else assert.ok(Math.abs((bound ?? 9) - expected) < 1e-4, `${failures} of ${attempts}: ${bound}`);
  }
  for (const attempts of [30, 300, 3000]) assert.ok((failureBound(attempts, 0) ?? 1) <= 3 / attempts);
});
