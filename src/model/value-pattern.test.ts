import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileValuePattern } from './value-pattern.ts';

const TABLE: readonly (readonly [pattern: string, value: string, matches: boolean])[] = [
  ['a\\.b|c', 'a.b', true],
  ['a\\.b|c', 'axb', false],
  ['(acme|globex)', 'globex', true],
  ['(?:acme|globex)', 'acmeglobex', false],
  ['node-.*', 'node-', true],
  ['node-.+', 'node-', false],
  ['.*-prod', 'acme-prod', true],
  ['.*-prod', 'acme-prod-2', false],
  ['a.*b.*c', 'a-b-b-c', true],
  ['a.+a', 'aa', false],
  ['a.+a', 'a\na', true],
  ['a.*a', 'a', false],
  ['\\\\.*', '\\x', true],
  ['\\..*', '.x', true],
  ['\\..*', 'x', false],
  ['abc?', 'ab', true],
  ['abc?d', 'abd', true],
  ['ab.?', 'ab', true],
  ['.*?b', 'ab', true],
  ['ä.*', 'äö', true],
  ['x{2}.*', 'xxy', true],
  ['(a|b).*', 'bc', true],
  ['a|b.*', 'bc', true],
  ['^a$', 'a', true],
  ['(?i)Ab.*', 'aBc', true],
];
for (const [pattern, value, matches] of TABLE) {
  test(`${pattern} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(value)}`, () => {
    assert.equal(compileValuePattern(pattern)(value), matches);
  });
}

test('means what RE2 means, whichever way it is tested', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    '.*',
    '.+',
    '.',
    '?',
    '|',
    '(',
    ')',
    '\\.',
    '\\\\',
    '*',
    '[ab]',
    '[^|(]',
    '[]|]',
    '\\Q',
    '\\E',
    '^',
    '$',
    '{2}',
  );
  const value = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\\', '\n'), maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.array(value, { minLength: 1, maxLength: 6 }),
      (pieces, values) => {
        const pattern = pieces.join('');
        const reference = compiled(pattern);
        if (reference === undefined) {
          assert.throws(() => compileValuePattern(pattern), /regular expression/);
          return;
        }
        const matches = compileValuePattern(pattern);
        for (const each of [...values, ...values])
          assert.equal(matches(each), reference.matches(each), pattern);
      },
    ),
    { numRuns: 5000 },
  );
});

test('says what is wrong in the words of the writer', () => {
  assert.throws(() => compileValuePattern('a('), {
    message: 'regular expression "a(": missing closing ): `a(`',
  });
});

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch {
    return undefined;
  }
}
