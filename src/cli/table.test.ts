import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from './table.ts';

const cases: readonly [name: string, header: string[], rows: string[][], lines: string[]][] = [
  ['columns are as wide as their widest cell', ['A', 'LONG'], [['abc', 'x']], ['A    LONG', 'abc  x']],
  ['the header may be the widest', ['HEADER', 'B'], [['a', 'b']], ['HEADER  B', 'a       b']],
  [
    'the last column is not padded',
    ['A', 'B'],
    [
      ['a', ''],
      ['a', 'bbb'],
    ],
    ['A  B', 'a  ', 'a  bbb'],
  ],
  ['no rows', ['A', 'B'], [], ['A  B']],
  ['one column', ['A'], [['aaa'], ['b']], ['A', 'aaa', 'b']],
];
for (const [name, header, rows, lines] of cases)
  test(name, () => assert.deepEqual(formatTable(header, rows), lines));

test('a table of very many rows', () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => [String(i), 'x']);
  assert.equal(formatTable(['A', 'B'], rows).length, 200_001);
});
