import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from './failure.ts';
import { createMatcher, matchesAll, type MatchOperator } from './matcher.ts';

const TABLE: readonly (readonly [MatchOperator, string, string, boolean])[] = [
  ['=', 'acme', 'acme', true],
  ['=', 'acme', 'acme-2', false],
  ['=', '', '', true],
  ['!=', 'acme', 'globex', true],
  ['!=', '', '', false],
  ['=~', 'acme|globex', 'globex', true],
  ['=~', 'acme|globex', 'acme-globex', false],
  ['=~', 'ac', 'acme', false],
  ['=~', 'ac.*', 'acme', true],
  ['=~', 'ac.*', 'a\nacme', false],
  ['=~', 'a.b', 'a\nb', true],
  ['=~', '', '', true],
  ['=~', '', 'a', false],
  ['=~', 'a|', '', true],
  ['=~', '.+', '', false],
  ['=~', '(?i)ACME', 'acme', true],
  ['=~', 'a{2}', 'aa', true],
  ['=~', '10.0', '10x0', true],
  ['!~', 'acme|globex', 'acme', false],
  ['!~', 'ac.*', 'globex', true],
];
for (const [operator, pattern, value, expected] of TABLE) {
  test(`${JSON.stringify(value)} ${operator} ${JSON.stringify(pattern)} is ${expected}`, () => {
    assert.equal(createMatcher('tenant', operator, pattern).matches(value), expected);
  });
}

test('an alternation means the same whether it is taken as a set or as an expression', () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '-', '/'), maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(
      words,
      fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', '|'), maxLength: 4 }),
      (list, value) => {
        const pattern = list.join('|');
        const set = createMatcher('l', '=~', pattern).matches(value);
        assert.equal(set, createMatcher('l', '=~', `(?:${pattern})`).matches(value));
      },
    ),
  );
});

test('an expression that hangs others is linear here', () => {
  assert.equal(createMatcher('l', '=~', '(a+)+b').matches('a'.repeat(20_000)), false);
});

test('a bad expression is refused with itself in the message', () => {
  for (const bad of ['(', 'a**', '(?=x)', '\\1']) {
    assert.throws(
      () => createMatcher('l', '=~', bad),
      (error: unknown) =>
        error instanceof Failure && error.reason === 'invalid' && error.message.includes(JSON.stringify(bad)),
    );
  }
});

test('all matchers must hold, an absent label is empty', () => {
  const matchers = [createMatcher('tenant', '=', 'acme'), createMatcher('node', '=', '')];
  assert.ok(matchesAll(matchers, { tenant: 'acme' }));
  assert.ok(!matchesAll(matchers, { tenant: 'acme', node: 'n1' }));
  assert.ok(matchesAll([], {}));
});
