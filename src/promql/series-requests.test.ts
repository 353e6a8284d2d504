import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from './parser.ts';
import { seriesRequests } from './series-requests.ts';

const MINUTE = 60_000;
const [START, END] = [600 * MINUTE, 660 * MINUTE];

/** Ranges in minutes from the start and from the end; a lookback of one minute. */
const cases: readonly [expression: string, ranges: readonly (readonly [string, number, number])[]][] = [
  ['a', [['a', -1, 0]]],
  ['1 + 2', []],
  ['a offset 10m', [['a', -11, -10]]],
  ['a offset -10m', [['a', 9, 10]]],
  ['rate(a[5m])', [['a', -6, 0]]],
  ['rate(a[5m] offset 1h)', [['a', -66, -60]]],
  ['rate(a[5m] smoothed)', [['a', -6, 1]]],
  ['rate(a[step() * 3] offset (range() / 60))', [['a', -8, -1]]],
  [
    'info(a offset 1h)',
    [
      ['a', -61, -60],
      ['target_info', -61, -60],
    ],
  ],
  [
    'info(a, {__name__="build_info", version=~".+"})',
    [
      ['a', -1, 0],
      ['build_info', -1, 0],
    ],
  ],
  ['max_over_time(rate(a[5m])[30m:1m])', [['a', -36, 0]]],
  ['max_over_time(rate(a[5m] offset 2m)[30m:1m] offset 10m)', [['a', -48, -12]]],
  ['a @ start()', [['a', -1, -60]]],
  ['a @ end()', [['a', 59, 0]]],
  ['a @ 0', [['a', -601, -660]]],
  ['sum(max_over_time(a[1h] @ 0))', [['a', -661, -660]]],
  [
    'a / on () group_left b offset 5m',
    [
      ['a', -1, 0],
      ['b', -6, -5],
    ],
  ],
  [
    'topk(scalar(b), a)',
    [
      ['b', -1, 0],
      ['a', -1, 0],
    ],
  ],
];

for (const [expression, expected] of cases) {
  test(expression, () => {
    const requests = seriesRequests(
      parseExpression(expression),
      { start: START, end: END },
      MINUTE,
      2 * MINUTE,
    );
    assert.deepEqual(
      requests.map(({ matchers, range }) => [
        matchers.find(({ name }) => name === '__name__')?.value,
        (range.start - START) / MINUTE,
        (range.end - END) / MINUTE,
      ]),
      expected,
    );
  });
}
