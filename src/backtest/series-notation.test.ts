import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePoints, parseSeriesLabels } from './series-notation.ts';

describe('points of an input series', () => {
  const cases: [text: string, points: readonly unknown[]][] = [
    ['', []],
    ['1 -2 +3.5 .5 1e3', [1, -2, 3.5, 0.5, 1000]],
    ['1 _ stale', [1, 'missing', 'stale']],
    ['_x3', ['missing', 'missing', 'missing']],
    ['1x2', [1, 1, 1]],
    ['0x10', Array.from({ length: 11 }, () => 0)],
    ['1+2x3', [1, 3, 5, 7]],
    ['10-2x2', [10, 8, 6]],
    ['-1+0.5x2', [-1, -0.5, 0]],
    ['1e2-1e1x1', [100, 90]],
    ['NaN Inf -Inf +Inf', [Number.NaN, Infinity, -Infinity, Infinity]],
  ];
  for (const [text, points] of cases) test(text, () => assert.deepEqual(parsePoints(text), points));

  for (const text of ['abc', '1+x3', 'x3', '1x', '1 +2x', '--1']) {
    test(`${text} is refused`, () => assert.throws(() => parsePoints(text), /not a point/));
  }
  test('histograms are refused by name', () =>
    assert.throws(() => parsePoints('{{sum:1}}'), /native histograms/));
  test('an endless series is refused', () =>
    assert.throws(() => parsePoints('1x9999999999'), /more than 1000000 points/));
});

describe('labels of an input series', () => {
  test('with and without a name', () => {
    assert.deepEqual(parseSeriesLabels('up{job="x", le="0.5"}'), { __name__: 'up', job: 'x', le: '0.5' });
    assert.deepEqual(parseSeriesLabels('{job="x"}'), { job: 'x' });
    assert.deepEqual(parseSeriesLabels(''), {});
  });
  test('a matcher or another expression is refused', () => {
    assert.throws(() => parseSeriesLabels('up{job=~"x"}'), /not a series/);
    assert.throws(() => parseSeriesLabels('up + 1'), /not a series/);
  });
});
