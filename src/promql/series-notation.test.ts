import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLabels, parseSeriesNotation, parseValues, type NotedValue } from './series-notation.ts';

const CASES: readonly (readonly [text: string, values: NotedValue[]])[] = [
  ['', []],
  ['1 -2 +3.5 .5 1e3 -3e2', [1, -2, 3.5, 0.5, 1000, -300]],
  ['1+2x3', [1, 3, 5, 7]],
  ['10-2x2', [10, 8, 6]],
  ['-1-2x1', [-1, -3]],
  ['1e2-1e1x1', [100, 90]],
  ['0.1+0.1x2', [0.1, 0.2, 0.30000000000000004]],
  ['4x2', [4, 4, 4]],
  ['0x10', Array.from({ length: 11 }, () => 0)],
  ['_ _x2 stale NaN', ['missing', 'missing', 'missing', 'stale', Number.NaN]],
  ['Inf -Inf +Inf', [Infinity, -Infinity, Infinity]],
];

for (const [text, values] of CASES) {
  test(`reads the values ${text}`, () => assert.deepEqual(parseValues(text), values));
}

for (const text of ['abc', '1+2', '1+x3', 'x3', '1x', '1 +2x', '--1', '1--2x3', 'stalex3']) {
  test(`refuses the values ${text}`, () =>
    assert.throws(() => parseValues(text), /not a value in series notation/));
}

test('refuses native histograms by name, and a series without end', () => {
  assert.throws(() => parseValues('{{schema:1}}'), /native histograms are not supported/);
  for (const text of ['1x9999999999', '_x9999999999', '1x999999 2x999999'])
    assert.throws(() => parseValues(text), /more than 1000000 values/);
});

test('reads labels', () => {
  assert.deepEqual(parseLabels(''), {});
  assert.deepEqual(parseLabels('{}'), {});
  assert.deepEqual(parseLabels('up{a="b}", c=\'d e\',}'), { __name__: 'up', a: 'b}', c: 'd e' });
  assert.deepEqual(parseLabels('up {a="b"}'), { __name__: 'up', a: 'b' });
  assert.deepEqual(parseLabels('{"my.metric", "l.x"="y"}'), { __name__: 'my.metric', 'l.x': 'y' });
  assert.deepEqual(parseLabels('up{a=""}'), { __name__: 'up' });
});

test('refuses a matcher and an expression where labels belong', () => {
  assert.throws(() => parseLabels('up{job=~"x"}'), /in series/);
  assert.throws(() => parseLabels('up + 1'), /after series/);
});

test('reads a series with its values', () => {
  const labels = { __name__: 'up', a: 'b c' };
  assert.deepEqual(parseSeriesNotation('up{a="b c"} 1 2'), { labels, values: [1, 2] });
  assert.deepEqual(parseSeriesNotation('up'), { labels: { __name__: 'up' }, values: [] });
});
