import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQueryAnswer } from './query-answer.ts';
import { queryLines, request } from './query.ts';

const up = { __name__: 'up', tenant: 'acme' };
const cases: readonly [name: string, result: Parameters<typeof queryLines>[0], lines: string[]][] = [
  ['a scalar', { resultType: 'scalar', result: [1, '2'] }, ['2']],
  ['a string', { resultType: 'string', result: [1, 'text'] }, ['text']],
  [
    'a vector',
    {
      resultType: 'vector',
      result: [
        { metric: up, value: [1, '1'] },
        { metric: {}, value: [1, 'NaN'] },
      ],
    },
    ['SERIES             VALUE', 'up{tenant="acme"}  1', '{}                 NaN'],
  ],
  [
    'a vector of a name alone',
    { resultType: 'vector', result: [{ metric: { __name__: 'up' }, value: [1, '1'] }] },
    ['SERIES  VALUE', 'up      1'],
  ],
  ['an empty vector', { resultType: 'vector', result: [] }, ['no series']],
  [
    'a matrix: each series with its course, in which a gap is a gap',
    {
      resultType: 'matrix',
      result: [
        {
          metric: up,
          values: [
            [1, '0'],
            [2, '3.5'],
            [3, '7'],
          ],
        },
        {
          metric: { tenant: 'globex' },
          values: [
            [1, '-1'],
            [3, 'NaN'],
            [4, '2'],
          ],
        },
        { metric: { tenant: 'nan' }, values: [[2, 'NaN']] },
        { metric: { tenant: 'inf' }, values: [[2, '+Inf']] },
      ],
    },
    [
      'SERIES             LAST  MIN  MAX  COURSE',
      'up{tenant="acme"}  7     0    7    ▁▅█',
      '{tenant="globex"}  2     -1   2    ▁  █',
      '{tenant="nan"}     NaN   -    -    ',
      '{tenant="inf"}     +Inf  Inf  Inf  ',
    ],
  ],
  ['an empty matrix', { resultType: 'matrix', result: [] }, ['no series']],
  [
    'a label value with a line break stays on its line',
    { resultType: 'vector', result: [{ metric: { a: 'b\nc' }, value: [1, '1'] }] },
    ['SERIES      VALUE', '{a="b\\nc"}  1'],
  ],
];
for (const [name, result, lines] of cases) test(name, () => assert.deepEqual(queryLines(result), lines));

const NOW = 1_795_242_600_000;
const requests: readonly [options: Parameters<typeof request>[1], path: string][] = [
  [{}, 'query?query=up'],
  [{ time: '2026-11-21T06:30:00Z' }, 'query?query=up&time=2026-11-21T06%3A30%3A00Z'],
  [{ since: '6h' }, 'query_range?query=up&start=1795221000&end=1795242600&step=6m'],
  [{ since: '30s' }, 'query_range?query=up&start=1795242570&end=1795242600&step=1s'],
  [{ since: '1h', step: '10m' }, 'query_range?query=up&start=1795239000&end=1795242600&step=10m'],
];
for (const [options, path] of requests)
  test(`the request of ${JSON.stringify(options)}`, () => assert.equal(request('up', options, NOW), path));

test('options that do not go together are refused', () => {
  assert.throws(() => request('up', { step: '1m' }, NOW), { reason: 'invalid', message: /--since/ });
  assert.throws(() => request('up', { since: '1h', time: '1' }, NOW), { message: /--time/ });
  assert.throws(() => request('up', { since: 'yesterday' }, NOW), { message: /not a duration/ });
});

function answer(status: number, body: object): { url: string; status: number; text: string } {
  return { url: 'http://127.0.0.1:9464', status, text: JSON.stringify(body) };
}

test('a mistake in the expression is shown with a caret under it', () => {
  const error = { status: 'error', errorType: 'bad_data', error: 'invalid parameter "query": 1:4: …' };
  assert.throws(() => readQueryAnswer(answer(400, error), 'up{'), {
    message: /^1:4: .*\nup\{\n {3}\^$/,
  });
});

test('any other error is shown as it came', () => {
  const error = { status: 'error', errorType: 'execution', error: 'too many samples' };
  assert.throws(() => readQueryAnswer(answer(422, error), 'up'), { message: 'too many samples' });
  assert.throws(() => readQueryAnswer(answer(200, { status: 'odd' }), 'up'), { reason: 'malformed' });
  assert.throws(() => readQueryAnswer({ ...answer(404, {}), text: 'gone\n' }, 'up'), { reason: 'not_found' });
});
