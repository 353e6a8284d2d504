import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from '../../../promql/parser.ts';
import { seriesRequests } from '../../../promql/series-requests.ts';
import type { MetricSource } from './metric-source.ts';
import { joinRanges, planSearches } from './plan-searches.ts';

function source(name: string, stream: string, more: Partial<MetricSource> = {}): MetricSource {
  return { name, stream, field: name, labels: ['tenant', 'node'], fixed: {}, where: {}, except: {}, ...more };
}

const SOURCES = [
  source('up', 's1'),
  source('load', 's1'),
  source('hits', 's2', { labels: ['tenant', 'route'], windowMs: 10 }),
];
const SCRAPED = source('', 's3', { samples: { name: 'metric', labels: 'labels' } });

/** Streams with names, ranges and values of an expression from 1000 to 2000 with a lookback of 100. */
function plan(expression: string, among: readonly MetricSource[] = SOURCES): unknown[] {
  const requests = seriesRequests(parseExpression(expression), { start: 1000, end: 2000 }, 100);
  return planSearches(requests, among).map(({ stream, sources, ranges, values }) => [
    stream,
    sources.map(({ name }) => name),
    ranges.map(({ start, end }) => [start, end]),
    values,
  ]);
}

const cases: readonly [expression: string, searches: unknown[]][] = [
  ['up', [['s1', ['up'], [[900, 2000]], {}]]],
  ['none', []],
  ['hits', [['s2', ['hits'], [[890, 2000]], {}]]],
  ['up + load offset 50ms', [['s1', ['up', 'load'], [[850, 2000]], {}]]],
  [
    'up + load offset 1d',
    [
      [
        's1',
        ['up', 'load'],
        [
          [-86_399_100, -86_398_000],
          [900, 2000],
        ],
        {},
      ],
    ],
  ],
  [
    '{__name__=~"up|hits"}',
    [
      ['s1', ['up'], [[900, 2000]], {}],
      ['s2', ['hits'], [[890, 2000]], {}],
    ],
  ],
  [
    '{tenant="a"}',
    [
      ['s1', ['up', 'load'], [[900, 2000]], { tenant: ['a'] }],
      ['s2', ['hits'], [[890, 2000]], { tenant: ['a'] }],
    ],
  ],
  ['up{tenant=~"a|b-1",node!="x"}', [['s1', ['up'], [[900, 2000]], { tenant: ['a', 'b-1'] }]]],
  ['up{tenant=~"a.*"}', [['s1', ['up'], [[900, 2000]], {}]]],
  [
    'up{tenant="a"} + load{tenant="b",node="n"}',
    [['s1', ['up', 'load'], [[900, 2000]], { tenant: ['a', 'b'] }]],
  ],
  ['up{tenant="a"} + load', [['s1', ['up', 'load'], [[900, 2000]], {}]]],
  ['up{node=""}', [['s1', ['up'], [[900, 2000]], {}]]],
  ['up{unknown="x"}', [['s1', ['up'], [[900, 2000]], {}]]],
];
for (const [expression, searches] of cases)
  test(expression, () => assert.deepEqual(plan(expression), searches));

const named: readonly [expression: string, values: object | undefined][] = [
  ['x', { metric: ['x'] }],
  ['x + y', { metric: ['x', 'y'] }],
  ['{__name__=~"x|y",tenant="a"}', { metric: ['x', 'y'], tenant: ['a'] }],
  ['{__name__=~"x.*"}', undefined],
  ['{tenant="a"}', undefined],
];
test('what was scraped is looked for by its name alone', () => {
  for (const [expression, values] of named)
    assert.deepEqual(
      plan(expression, [SCRAPED]),
      values === undefined ? [] : [['s3', [''], [[900, 2000]], values]],
      expression,
    );
});

test('ranges that touch become one', () => {
  const range = (start: number, end: number) => ({ start, end });
  assert.deepEqual(joinRanges([range(5, 9), range(0, 3), range(3, 4), range(6, 7)]), [
    range(0, 4),
    range(5, 9),
  ]);
});
