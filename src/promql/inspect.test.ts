import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricNamesOf } from './inspect.ts';
import { parseExpression } from './parser.ts';

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
