import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { createMatcher, matchesAll, type MatchOperator } from '../model/matcher.ts';
import { formatMatchers } from './matchers/format-matcher.ts';
import { MatcherError } from './matchers/matcher-error.ts';
import { parseMatcher, parseMatchers, readMatchers } from './parse-matchers.ts';

function shown(text: string): string[] {
  return readMatchers(text).matchers.map(({ name, operator, value }) => `${name} ${operator} ${value}`);
}

// Examples of Alertmanager's documentation and what its own tests name.
const READ: readonly (readonly [text: string, shown: readonly string[]])[] = [
  ['', []],
  ['{}', []],
  ['foo = bar', ['foo = bar']],
  ['dings != bums', ['dings != bums']],
  ['{foo=bar,}', ['foo = bar']],
  ['foo=~[a-z]+', ['foo =~ [a-z]+']],
  ['{foo!~[a-z]+}', ['foo !~ [a-z]+']],
  ['env =~ "prod|staging"', ['env =~ prod|staging']],
  ['{foo="bar", dings!="bums", }', ['foo = bar', 'dings != bums']],
  [
    '{\n  alertname = "Watchdog",\n\tseverity =~ "warning|critical",\n}',
    ['alertname = Watchdog', 'severity =~ warning|critical'],
  ],
  ['{quote=~"She said: \\"Hi, all!( How\'re you…)?\\""}', ['quote =~ She said: "Hi, all!( How\'re you…)?"']],
  ['foo = "bar,baz"', ['foo = bar,baz']],
  ['foo=""', ['foo = ']],
  ['Προμηθεύς=🙂bar', ['Προμηθεύς = 🙂bar']],
  ['{"foo bar"!="🙂"}', ['foo bar != 🙂']],
  ['{"my.label"=~"\\\\d+"}', ['my.label =~ \\d+']],
  ['"f🙂"="\\xf0\\x9f\\x99\\x82\\u00e9\\U0001f642\\101\\t"', ['f🙂 = 🙂é🙂A\t']],
  ['name-with-dashes = "bar"', ['name-with-dashes = bar']],
];

for (const [text, expected] of READ) {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(shown(text), expected);
    assert.equal(readMatchers(text).warning, undefined);
  });
}

const CLASSIC: readonly (readonly [text: string, shown: readonly string[], warning: RegExp])[] = [
  ['foo=', ['foo = '], /^write foo="": /],
  ['tricky=~~~', ['tricky =~ ~~'], /^write tricky=~"~~": /],
  ['trickier==\\\\=\\=\\"', ['trickier = =\\=\\="'], /^write /],
  ['{foo=,bar=}}', ['foo = ', 'bar = }'], /^write foo="",bar="}": /],
  ['foo=!bar\\n', ['foo = !bar\n'], /^write foo="!bar\\n": /],
  ['foo=bar\\', ['foo = bar\\'], /^write /],
  ['foo=a\\,bar=b', ['foo = a\\', 'bar = b'], /^write /],
  [
    'foo="\\xf0\\x9f\\x99\\x82"',
    ['foo = \\xf0\\x9f\\x99\\x82'],
    /^taken as .+later versions take as foo="🙂"/,
  ],
  ['{foo=~"\\d+"}', ['foo =~ \\d+'], /^write foo=~"\\\\d\+": /],
];

for (const [text, expected, warning] of CLASSIC) {
  test(`reads by the classic grammar, and says so: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(shown(text), expected);
    assert.match(readMatchers(text).warning ?? '', warning);
  });
}

const REFUSED: readonly (readonly [text: string, error: string])[] = [
  [',', '1:1: expected a label name, found ,'],
  ['{,}', '1:2: expected a label name, found ,'],
  ['{', '1:2: expected a close brace, found the end'],
  [
    '{"foo a"="a\\xff"}',
    '1:10: a bad escape, or a line break: write \\\\ for a backslash, \\n for a line break',
  ],
  ['}', '1:1: a close brace without an open one'],
  ['{{foo="a"}}', '1:2: expected a label name, found {'],
  ['{"a b"="c"', '1:11: expected a close brace, found the end'],
  ['"a b"="c"}', '1:10: a close brace without an open one'],
  ['"a b"="c"} x', '1:10: a close brace without an open one'],
  ['{"a b"="c"} x', '1:13: expected the end, found x'],
  ['{"foo"=:"bar"}', '1:9: expected a comma, found "bar"'],
  ['f🙂=bar\\n', '1:8: \\ stands in double quotes only'],
  ['foo!bar', '1:4: after ! comes = or ~'],
  ['{\n  "a b"="c\n}', '2:9: the closing quote is missing'],
  ['"a b"', '1:6: expected an operator: =, !=, =~ or !~, found the end'],
  ['"a b"=', '1:7: expected a value, in double quotes if it is empty, found the end'],
  ['""=a', '1:1: an empty label name'],
  ['foo=~"a("', '1:6: regular expression "a(": missing closing ): `a(`'],
];

for (const [text, error] of REFUSED) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => readMatchers(text),
      (thrown) => {
        assert.ok(thrown instanceof MatcherError);
        assert.equal(thrown.message.replace(/^matcher ".*" at /, ''), error);
        assert.equal(thrown.reason, 'invalid');
        return true;
      },
    );
  });
}

test('an error shows the line with carets beneath the part that is wrong', () => {
  assert.throws(
    () => parseMatchers('{\n  alertname = "A",\n  my label = "b"\n}'),
    ({ rendering }: MatcherError) => {
      assert.equal(
        rendering,
        'expected an operator: =, !=, =~ or !~, found label\n  my label = "b"\n     ^^^^^',
      );
      return true;
    },
  );
});

test('where all must not be meant by accident, a text without a matcher is refused', () => {
  for (const text of ['', ' ', '{}', '{ }']) assert.throws(() => parseMatchers(text), { reason: 'invalid' });
});

describe('one matcher', () => {
  test('is read as amtool reads its arguments', () => {
    assert.equal(parseMatcher('tenant="a,b"').value, 'a,b');
    assert.equal(parseMatcher('tenant=a,b').value, 'a,b');
    assert.equal(parseMatcher('"my label"=~b').name, 'my label');
  });

  for (const text of ['{a=b}', 'a=b}', 'a', '', '"a"=b,"c"=d'])
    test(`is refused: ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseMatcher(text), { name: 'Failure', reason: 'invalid' });
    });
});

test('an absent label counts as the empty text', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['a=""', true],
    ['a!=""', false],
    ['a=~"x|"', true],
    ['a=~".+"', false],
    ['a!~"x"', true],
    ['a=b', false],
    ['constructor=""', true],
  ];
  for (const [text, expected] of cases) assert.equal(matchesAll(parseMatchers(text), {}), expected, text);
});

test('a regular expression holds for the whole value', () => {
  const [matcher] = parseMatchers('a=~"b|c"');
  assert.deepEqual(
    ['b', 'c', 'bc', 'xb', ''].map((value) => matcher?.matches(value)),
    [true, true, false, false, false],
  );
});

test('what is printed is read again as the same, whatever names and values hold', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'{}!=~,\\"\'` \n\tab'.split(''), '🙂'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  const operator = fc.constantFrom<MatchOperator>('=', '!=');
  const matcher = fc.tuple(
    text.filter((name) => name !== ''),
    operator,
    text,
  );
  fc.assert(
    fc.property(fc.array(matcher, { minLength: 1, maxLength: 4 }), (parts) => {
      const matchers = parts.map((part) => createMatcher(...part));
      const again = parseMatchers(formatMatchers(matchers));
      assert.deepEqual(
        again.map(({ name, operator: sign, value }) => [name, sign, value]),
        parts,
      );
    }),
    { numRuns: 1000 },
  );
});

test('any text is read, or refused with a position within it', () => {
  const piece = fc.constantFrom(
    'a',
    'b c',
    '"',
    '\\',
    '{',
    '}',
    ',',
    '=',
    '!',
    '~',
    '"x"',
    ' ',
    '\n',
    '[',
    '🙂',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      try {
        readMatchers(text);
      } catch (error) {
        assert.ok(error instanceof MatcherError);
        assert.ok(error.span.start <= text.length && error.span.start <= error.span.end);
      }
    }),
    { numRuns: 5000 },
  );
});

test('a text of a hundred thousand characters takes no time to speak of', () => {
  const started = performance.now();
  for (const filler of [' ', 'a', '\\', ',', '"', '{']) {
    try {
      readMatchers(`a=b${filler.repeat(100_000)}x`);
    } catch (error) {
      assert.ok(error instanceof MatcherError && error.message.length < 400);
    }
  }
  assert.ok(performance.now() - started < 2000);
});
