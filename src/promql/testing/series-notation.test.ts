import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemorySeries } from './memory-series.ts';
import { parseSeriesNotation, type NotedValue } from './series-notation.ts';

const CASES: readonly (readonly [text: string, values: NotedValue[]])[] = [
  ['x 1 2.5 -3e2', [1, 2.5, -300]],
  ['x 1+2x3', [1, 3, 5, 7]],
  ['x 1-2x2', [1, -1, -3]],
  ['x -1-2x1', [-1, -3]],
  ['x 4x2', [4, 4, 4]],
  ['x 0+0x10', Array.from({ length: 11 }, () => 0)],
  ['x _ _x2 stale NaN', ['missing', 'missing', 'missing', 'stale', Number.NaN]],
  ['x Inf -Inf +Inf', [Infinity, -Infinity, Infinity]],
  ['x', []],
];

for (const [text, values] of CASES) {
  test(`reads ${text}`, () => {
    assert.deepEqual(parseSeriesNotation(text), { labels: { __name__: 'x' }, values });
  });
}

test('reads labels', () => {
  const labelsOf = (text: string): unknown => parseSeriesNotation(`${text} 1`).labels;
  assert.deepEqual(labelsOf('{}'), {});
  assert.deepEqual(labelsOf('up{a="b}", c=\'d e\',}'), { __name__: 'up', a: 'b}', c: 'd e' });
  assert.deepEqual(labelsOf('up {a="b"}'), { __name__: 'up', a: 'b' });
  assert.deepEqual(labelsOf('{"my.metric", "l.x"="y"}'), { __name__: 'my.metric', 'l.x': 'y' });
  assert.deepEqual(labelsOf('up{a=""}'), { __name__: 'up' });
});

test('refuses what is no value, naming native histograms', () => {
  assert.throws(() => parseSeriesNotation('x 1 two'), /not a value in series notation: two/);
  assert.throws(() => parseSeriesNotation('x 1+2'), /not a value/);
  assert.throws(() => parseSeriesNotation('x {{schema:1}}'), /native histograms are not supported/);
});

test('series in memory refuse samples that come late and replace those of one time', () => {
  const series = new MemorySeries();
  series.load({ a: '1' }, [1, 2], 1000);
  series.append({ a: '1' }, 1000, 5);
  assert.throws(() => series.append({ a: '1' }, 500, 3), /in order of time/);
  const [only] = [...series.select([], { start: 0, end: 5000 })];
  assert.deepEqual([...(only?.values ?? [])], [1, 5]);
});
