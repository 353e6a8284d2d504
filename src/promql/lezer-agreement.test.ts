import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { parseTestFile } from './conformance/test-file.ts';
import { parseExpression } from './parser.ts';

/** Texts whose fate depends on grammar alone; the other parser knows no types. */
const CORPUS = [
  'up', 'up{}', 'up{a="b",}', 'up{a="b",,}', 'up{a}', 'up{"a"}', '{"up"}', 'up{a="b"', 'up}', '()', '(up)', '((up)',
  'up[5m]', 'up[5m', 'up[]', 'up[5m:]', 'up[5m:1m]', 'up[:1m]', 'up[5m:1m:1m]', 'up[5m][5m]', 'up[5m] offset 1m',
  'up offset', 'up offset 1m', 'up offset -1m', 'up offset up', 'up @ 5', 'up @ start()', 'up @ start', 'up @ foo()',
  'a + b', 'a + ', '+ a', '* a', 'a * * b', 'a + - b', 'a - -b', 'a ^ b ^ c', 'a == bool b', 'a and b', 'and', 'a or or b',
  'a + on(x) b', 'a + on x b', 'a + on() b', 'a + on(x) group_left b', 'a + on(x) group_left(y) b', 'a + group_left b',
  'sum(a)', 'sum a', 'sum by (x) (a)', 'sum(a) by (x)', 'sum by x (a)', 'sum by (x)', 'sum(a) by', 'sum by (x,) (a)',
  'sum by (,) (a)', 'topk(1, a)', 'topk(1 a)', 'rate(a[5m])', 'rate(a[5m]', 'rate(,)', 'rate(a[5m],)', 'abs()',
  '1', '1.5', '.5', '1e3', '1e', '0x1f', '0xg', '1 2', '5m', '5mm', '"a"', "'a'", '`a`', '"a', "'a", '# only', 'up # end',
  'a b', 'a $ b', 'a = b', 'a =~ b', 'a{b=~"c"}', 'a{b!~"c"}', 'a{b=="c"}', 'a{b=c}', 'a{1="b"}', 'a.b', 'a:b', 'a-b',
] as const; // prettier-ignore

/** Where the other parser is known to differ from Prometheus itself. */
const KNOWN_GAPS: Readonly<Record<string, RegExp>> = {
  'a number that ends with a dot': /\d\.(?!\d)/,
  'an open string': /^(?:[^"']|"[^"]*"|'[^']*')*(?:"[^"]*|'[^']*)$/,
  'offset as a metric': /(?:^|[-+*/^(=,<>%]|\b(?:and|or|unless|atan2|bool))\s*offset\b/i,
  'min_of and max_of as functions': /\b(?:min_of|max_of)\b/i,
  'step() in capitals': /\b(?!step\b)[sS][tT][eE][pP]\b/,
  'inf and nan as labels': /\b(?:on|ignoring|by|without|group_left|group_right)\s*\([^()]*\b(?:inf|nan)\b/i,
  'a comment alone': /^#/,
};

function isKnownGap(text: string): boolean {
  return Object.values(KNOWN_GAPS).some((pattern) => pattern.test(text));
}

for (const text of CORPUS) {
  if (isKnownGap(text)) continue;
  test(`agrees with the reference grammar on ${text}`, () => {
    assert.equal(isSyntax(text), isAcceptedByLezer(text));
  });
}

/** Expressions of Prometheus's own test files, beside the repository, where they are. */
function recordedTexts(): readonly string[] {
  const folder = new URL('../../../shared/promqltest/', import.meta.url);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.test'));
  return files.flatMap((name) =>
    parseTestFile(readFileSync(new URL(name, folder), 'utf8')).flatMap((block) =>
      block.kind === 'eval' ? [block.expr] : [],
    ),
  );
}

test('agrees with the reference grammar on the expressions of the test files', (context) => {
  const texts = recordedTexts();
  if (texts.length === 0) return context.skip('the test files of Prometheus are not here');
  const differing = texts.filter((text) => !isKnownGap(text) && isSyntax(text) !== isAcceptedByLezer(text));
  assert.deepEqual(differing, []);
});

const PIECES =
  'up a sum rate by on 1 5m "x" ( ) [5m] [5m:] { } b="c" + - * ^ == and or bool @ start() , (a) (a[5m]) {b="c"} ' +
  'limitk info step() range() [step()] [1h/2:(5m)] fill(1) fill_left(-2) smoothed anchored';
const piece = fc.constantFrom(...PIECES.split(' '), 'up offset 5m', 'up offset -(step() * 2)');

test('agrees with the reference grammar on random tokens', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 7 }), (pieces) => agree(pieces.join(' '))),
    { numRuns: 5000 },
  );
});

test('agrees with the reference grammar on texts with a word changed', () => {
  const words = [...CORPUS, ...recordedTexts()].map((text) => text.match(/\s+|[\w.]+|"[^"]*"|\W/g) ?? []);
  const change = fc.tuple(fc.constantFrom(...words), fc.nat(), fc.nat(1), fc.option(piece, { nil: '' }));
  fc.assert(
    fc.property(change, ([original, at, removed, inserted]) => {
      agree(original.toSpliced(at % (original.length + 1), removed, ` ${inserted} `).join(''));
    }),
    { numRuns: 5000 },
  );
});

function agree(text: string): void {
  const verdict = verdictOf(text);
  // What types forbid may hide a mistake of grammar further on.
  if (verdict === 'forbidden' || isKnownGap(text)) return;
  assert.equal(verdict === 'accepted', isAcceptedByLezer(text), text);
}

/** Whether our parser takes it, or refuses it by its grammar or by something else (types, names). */
function verdictOf(text: string): 'accepted' | 'forbidden' | 'ungrammatical' {
  try {
    parseExpression(text);
    return 'accepted';
  } catch (error) {
    const isGrammar = /unexpected|unterminated|bad number|bad escape|no expression/.test(String(error));
    return isGrammar && !String(error).includes('regular expression') ? 'ungrammatical' : 'forbidden';
  }
}

function isSyntax(text: string): boolean {
  return verdictOf(text) !== 'ungrammatical';
}

function isAcceptedByLezer(text: string): boolean {
  let accepted = true;
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) accepted = false;
    },
  });
  return accepted;
}
