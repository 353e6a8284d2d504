import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { ParseError } from './parse-error.ts';
import { parseExpression } from './parser.ts';
import { printExpression } from './print.ts';

/** What is written, and its canonical text. */
const ACCEPTED: readonly (readonly [text: string, canonical: string])[] = [
  ['1', '1'],
  ['.5', '0.5'],
  ['2.', '2'],
  ['1./6.', '1 / 6'],
  ['0x1F', '31'],
  ['010', '8'],
  ['1_000_000', '1000000'],
  ['5e-3', '0.005'],
  ['+Inf', 'Inf'],
  ['Inf ^ 2', 'Inf ^ 2'],
  ['-iNf', '-Inf'],
  ['nan', 'NaN'],
  ['5m', '5m'],
  ['1h30m', '1h30m'],
  ['-90s', '-1m30s'],
  [String.raw`"a\n\x41\u00e9\303\251"`, String.raw`"a\nAéé"`],
  [String.raw`'it\'s'`, `"it's"`],
  ['`raw\\n`', String.raw`"raw\\n"`],
  ['up # a comment', 'up'],
  ['up\n  # a comment\n  + 1', 'up + 1'],
  ['a:b:rate5m{}', 'a:b:rate5m'],
  ['up{a="b",c!=\'d\',e=~"f.*",g!~`h`,}', 'up{a="b",c!="d",e=~"f.*",g!~"h"}'],
  ['{"my.metric", "label.one"="b"}', '{__name__="my.metric","label.one"="b"}'],
  ['{__name__=~"a|b"}', '{__name__=~"a|b"}'],
  ['sum', 'sum'],
  ['offset offset 5m', 'offset offset 5m'],
  ['up[5m]', 'up[5m]'],
  ['up[300]', 'up[5m]'],
  ['up offset -1h', 'up offset -1h'],
  ['up[5m] offset 1m @ 1609746000', 'up[5m] @ 1609746000.000 offset 1m'],
  ['up @ start()', 'up @ start()'],
  ['rate(up @ start()[5m])', 'rate(up[5m] @ start())'],
  ['up @ END()', 'up @ end()'],
  ['rate(up[5m])[1h:]', 'rate(up[5m])[1h:]'],
  ['up[1h:1m] @ end() offset 5m', 'up[1h:1m] @ end() offset 5m'],
  ['1 + 2 * 3 ^ 4 ^ 5', '1 + 2 * 3 ^ 4 ^ 5'],
  ['-up ^ 2', '-up ^ 2'],
  ['a AND b OR c unless D', 'a and b or c unless D'],
  ['a == BOOL 1', 'a == bool 1'],
  ['a * on(x, y) group_left(z) b', 'a * on (x, y) group_left (z) b'],
  ['a / ignoring(x) group_right b', 'a / ignoring (x) group_right () b'],
  ['a + on() b', 'a + on () b'],
  ['SUM(a) BY (x,)', 'sum by (x) (a)'],
  ['sum without () (a)', 'sum without () (a)'],
  ['topk(3, a)', 'topk(3, a)'],
  ['count_values by ("b.c") ("v", a)', 'count_values by ("b.c") ("v", a)'],
  ['quantile(0.9, a) by (on)', 'quantile by (on) (0.9, a)'],
  ['up[1h/2]', 'up[1h / 2]'],
  ['up[STEP()*2:min_of(step(),(1m))]', 'up[step() * 2:min_of(step(), (1m))]'],
  ['up[2*-3^-2+1h]', 'up[2 * -3 ^ -2 + 1h]'],
  ['up offset 5m + 2', 'up offset 5m + 2'],
  ['up offset (5m) + 2', 'up offset (5m) + 2'],
  ['up offset -step() * 2', 'up offset -step() * 2'],
  ['up offset + -2 ^ 2', 'up offset +-2 ^ 2'],
  ['up offset -(range() - 5)', 'up offset -(range() - 5)'],
  ['rate(up[5m] smoothed offset 1m)', 'rate(up[5m] smoothed offset 1m)'],
  ['rate(up anchored[5m] @ 1)', 'rate(up[5m] anchored @ 1.000)'],
  ['anchored smoothed', 'anchored smoothed'],
  ['a + fill(0) b', 'a + fill (0) b'],
  [
    'a == bool on(x) group_left(y) fill_right(-1) fill_left(NaN) b',
    'a == bool on (x) group_left (y) fill_left (NaN) fill_right (-1) b',
  ],
  ['fill + fill_left', 'fill + fill_left'],
  ['limitk by (a) (2, up)', 'limitk by (a) (2, up)'],
  ['limit_ratio(-0.5, up)', 'limit_ratio(-0.5, up)'],
  ['info(a, {})', 'info(a, {})'],
  ['info(a, {__name__="b", c=~"d"})', 'info(a, {__name__="b",c=~"d"})'],
  ['sort_by_label_desc(a, "b", "c")', 'sort_by_label_desc(a, "b", "c")'],
  ['histogram_quantiles(a, "q", 0.5, 0.9)', 'histogram_quantiles(a, "q", 0.5, 0.9)'],
  ['max_of(start(), end() - step())', 'max_of(start(), end() - step())'],
  ['{"a", "b"}', '{__name__="a",__name__="b"}'],
  ['up{nan="1"}', 'up{"nan"="1"}'],
  ['round(a)', 'round(a)'],
  ['hour()', 'hour()'],
  ['label_join(a, "x", ",", "y", "z")', 'label_join(a, "x", ",", "y", "z")'],
];

for (const [text, canonical] of ACCEPTED) {
  test(`accepts ${JSON.stringify(text)}`, () => {
    assert.equal(printExpression(parseExpression(text)), canonical);
  });
}

/** What is written, where the mistake is, and what is said of it. */
const REFUSED: readonly (readonly [text: string, position: string, detail: RegExp])[] = [
  ['', '1:1', /no expression/],
  ['sum(', '1:5', /unexpected end of input/],
  ['1 +', '1:4', /unexpected end of input/],
  ['up up', '1:4', /unexpected "up" after the expression/],
  ['up{', '1:4', /unexpected end of input in label matching/],
  ['up{a=~"("}', '1:7', /regular expression/],
  ['up{a==1}', '1:5', /label matching operator/],
  ['{}', '1:1', /at least one non-empty matcher/],
  ['{a=~".*"}', '1:1', /at least one non-empty matcher/],
  ['up{__name__="a"}', '1:4', /must not be set twice: "up" or "a"/],
  ['up{__name__=~"a"}', '1:4', /must not be set twice/],
  ['"open', '1:1', /unterminated/],
  [String.raw`"\z"`, '1:1', /escape/],
  ['1 $ 2', '1:3', /unexpected character/],
  ['5mm', '1:1', /bad number or duration/],
  ['up[5m', '1:6', /expected "\]"/],
  ['up[0s]', '1:4', /greater than 0/],
  ['sum(a)[5m]', '1:1', /only allowed for vector selectors/],
  ['up offset 5m [1m]', '1:14', /no offset modifiers allowed before range/],
  ['1 offset 5m', '1:3', /must be preceded by/],
  ['up @ 1 @ 2', '1:8', /multiple times/],
  ['1 == 2', '1:3', /must use BOOL/],
  ['a + bool b', '1:5', /comparison operators/],
  ['1 and a', '1:3', /set operator "and" not allowed/],
  ['a and on(x) group_left b', '1:13', /no grouping allowed/],
  ['a + on(x) group_left(x) b', '1:11', /must not occur in ON and GROUP/],
  ['1 + on(x) a', '1:3', /only allowed between instant vectors/],
  ['a[5m] + 1', '1:1', /range vector/],
  ['-"a"', '1:2', /unary/],
  ['abs()', '1:1', /expected 1 argument/],
  ['abs(1)', '1:5', /expected type instant vector in call to function "abs", got scalar/],
  ['rate(up)', '1:6', /expected type range vector/],
  ['topk(a)', '1:1', /expected 2, got 1/],
  ['sum("a")', '1:5', /expected type instant vector/],
  ['nope(up)', '1:1', /unknown function/],
  ['histogram_count(up)', '1:1', /native histograms/],
  ['a </ 1', '1:3', /operator "<\/" trims native histograms/],
  ['a >/ 1', '1:3', /operator ">\/" trims native histograms/],
  ['holt_winters(up[5m], 0.1, 0.1)', '1:1', /write double_exponential_smoothing/],
  ['up smoothed anchored', '1:13', /cannot be used together/],
  ['up[5m:] smoothed', '1:9', /smoothed modifier is not supported for subqueries/],
  ['rate(up[5m]) anchored', '1:14', /anchored modifier must be preceded by/],
  ['a and fill(0) b', '1:7', /not allowed for set operators/],
  ['a + fill(0) 1', '1:3', /only allowed between instant vectors/],
  ['a + fill(b) c', '1:10', /expected number/],
  ['a + fill_left(0) fill_left(1) b', '1:18', /unknown function/],
  ['up[5m - 10m]', '1:4', /greater than 0/],
  ['up[-step()', '1:11', /expected "\]"/],
  ['up[0.0005]', '1:4', /at least 1ms/],
  ['up[300y]', '1:4', /out of range/],
  ['up[1h / 0]', '1:7', /division by zero/],
  ['up[1h % (2 - 2)]', '1:7', /modulo by zero/],
  ['up[min_of(1m)]', '1:13', /expected ","/],
  ['up offset (step()) [5m]', '1:20', /no offset modifiers allowed before range/],
  ['up offset sum(a)', '1:11', /number, duration, step\(\) or range\(\)/],
  ['up @ (1)', '1:6', /expected timestamp/],
  ['STEP()', '1:1', /unknown function with name "STEP": did you mean step\(\)\?/],
  ['ratee(up[5m])', '1:1', /did you mean rate\(\)\?/],
  ['frobnicate(up)', '1:1', /unknown function with name "frobnicate"$/],
  ['info(a, b)', '1:9', /label selectors only/],
  ['info(a, sum(b))', '1:9', /label selectors only/],
  ['info({})', '1:6', /at least one non-empty matcher/],
  ['info(a, {}, b)', '1:1', /expected at most 2 argument/],
  ['histogram_quantiles(a, "q")', '1:1', /expected at least 3 argument/],
  ['limitk(up)', '1:1', /expected 2, got 1/],
  ['12e400', '1:1', /bad number/],
  ['up +\n  foo(', '2:3', /unknown function/],
];

for (const [text, position, detail] of REFUSED) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseExpression(text),
      (error) => {
        assert.ok(error instanceof ParseError && error instanceof Failure);
        assert.equal(error.reason, 'invalid');
        assert.equal(`${error.line}:${error.column}`, position);
        assert.match(error.detail, detail);
        assert.ok(!error.message.includes('\n'));
        return true;
      },
    );
  });
}

test('shows the offending line with carets beneath the mistake', () => {
  assert.throws(
    () => parseExpression('sum(up)\n\t+ rate(up)\n+ 1'),
    (error) => {
      assert.ok(error instanceof ParseError);
      const [message, line, caret] = error.rendering.split('\n');
      assert.match(message ?? '', /^2:9: expected type range vector/);
      assert.equal(line, '\t+ rate(up)');
      assert.equal(caret, '\t       ^^');
      return true;
    },
  );
});

test('nodes know where they stand', () => {
  const text = 'a + sum(rate(b[5m] offset 1m))';
  const tree = parseExpression(text);
  assert.ok(tree.kind === 'binary' && tree.right.kind === 'aggregate');
  const { right } = tree;
  assert.equal(text.slice(right.start, right.end), 'sum(rate(b[5m] offset 1m))');
  assert.ok(right.expr.kind === 'call');
  const [range] = right.expr.args;
  assert.equal(text.slice(range?.start, range?.end), 'b[5m] offset 1m');
});

test('nesting is bounded, not the stack', () => {
  assert.throws(() => parseExpression('('.repeat(100_000)), /nested too deep/);
  assert.throws(() => parseExpression('-'.repeat(100_000)), /nested too deep/);
});
