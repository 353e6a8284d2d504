import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryLines } from './query.ts';

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
    'a matrix',
    {
      resultType: 'matrix',
      result: [
        {
          metric: up,
          values: [
            [1, '1'],
            [2.5, '0'],
          ],
        },
      ],
    },
    ['up{tenant="acme"} 1@1 0@2.5'],
  ],
  ['an empty matrix', { resultType: 'matrix', result: [] }, ['no series']],
  [
    'a label value with a line break stays on its line',
    { resultType: 'matrix', result: [{ metric: { a: 'b\nc' }, values: [] }] },
    ['{a="b\\nc"} '],
  ],
];
for (const [name, result, lines] of cases) test(name, () => assert.deepEqual(queryLines(result), lines));
