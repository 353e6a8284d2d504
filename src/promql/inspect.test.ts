import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestWindowMs, metricNamesOf } from './inspect.ts';
import { parseExpression } from './parser.ts';

const MINUTE = 60_000;

test('names the metrics an expression reads', () => {
  const names = (text: string): string[] => metricNamesOf(parseExpression(text));
  assert.deepEqual(names('sum(rate(b[5m])) / on() topk(scalar(c), a)'), ['a', 'b', 'c']);
  assert.deepEqual(names('a + a offset 5m'), ['a']);
  assert.deepEqual(names('{"my.metric"} or {__name__=~"x|y"} or {__name__=~"z.*"} or {job="j"}'), [
    'my.metric',
    'x',
    'y',
  ]);
  assert.deepEqual(names('vector(1) + time()'), []);
});

test('knows how far back an expression looks', () => {
  const minutes = (text: string): number => longestWindowMs(parseExpression(text)) / MINUTE;
  assert.equal(minutes('vector(1)'), 0);
  assert.equal(minutes('up'), 5);
  assert.equal(minutes('up offset 10m'), 15);
  assert.equal(minutes('up offset -1h'), 0);
  assert.equal(minutes('rate(up[2m])'), 2);
  assert.equal(minutes('rate(up[2m] anchored)'), 7);
  assert.equal(minutes('rate(up[1h / 2] offset (2m * 3))'), 36);
  assert.equal(minutes('rate(up[10m] offset 1h) + up'), 70);
  assert.equal(minutes('max_over_time(rate(up[5m])[1h:1m] offset 30m)'), 95);
  assert.equal(longestWindowMs(parseExpression('up'), 1000), 1000);
});
