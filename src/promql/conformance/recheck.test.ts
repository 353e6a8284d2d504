import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queriesOf } from './recheck.ts';

const FIXED: readonly (readonly [expr: string, fixed: string])[] = [
  ['up', 'up @ 60.000'],
  ['up @ 5', 'up @ 5.000'],
  ['up @ end()', 'up @ 60.000'],
  ['sum(rate(up[5m] offset 1m))', 'sum(rate(up[5m] @ 60.000 offset 1m))'],
  ['max_over_time((a + b)[5m:1m])', 'max_over_time((a + b)[5m:1m] @ 60.000)'],
  ['metric smoothed - 1', 'metric smoothed @ 60.000 - 1'],
];

for (const [expr, fixed] of FIXED) {
  test(`asks ${expr} again with its selectors fixed`, () => {
    const [first, ...others] = queriesOf(expr, 60_000, true);
    assert.deepEqual(first, { expr, time: 60_000 });
    assert.deepEqual(
      others,
      [-600_000, 0, 12_000, 60_000, 600_000].map((time) => ({ expr: fixed, time })),
    );
  });
}

test('asks only once what depends on the time, does not parse, or when rechecks are off', () => {
  for (const expr of ['time()', 'timestamp(up)', 'sum(predict_linear(up[5m], 60))', 'sum(up', 'up + start()'])
    assert.deepEqual(queriesOf(expr, 1000, true), [{ expr, time: 1000 }]);
  assert.equal(queriesOf('up', 1000, false).length, 1);
});

test('at the epoch other times are a second before and after', () => {
  const times = queriesOf('up', 0, true).map(({ time }) => time);
  assert.deepEqual(times, [0, -1000, 0, 1000]);
});
