import assert from 'node:assert/strict';
import { test } from 'node:test';
import { infosOf } from './infos.ts';
import { parseExpression } from './parser.ts';

const cases: readonly [expression: string, places: readonly string[]][] = [
  ['rate(requests_total[5m])', []],
  ['rate(seconds_bucket[5m]) + increase(seconds_sum[5m]) + irate(seconds_count[5m])', []],
  ['delta(queue[5m])', []],
  ['rate({job="a"}[5m])', []],
  ['rate(x_total[5m:])', []],
  ['rate(queue[5m])', ['"queue" (1:6)']],
  ['sum(\n  increase((queue[5m]))\n) / rate(load[1m])', ['"queue" (2:12)', '"load" (3:10)']],
  ['max_over_time(rate(queue[5m])[1h:1m])', ['"queue" (1:20)']],
];
for (const [expression, places] of cases) {
  test(expression, () => {
    const infos = infosOf(parseExpression(expression), expression);
    const words = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket';
    assert.deepEqual(
      infos,
      places.map((place) => `PromQL info: ${words}: ${place}`),
    );
  });
}
