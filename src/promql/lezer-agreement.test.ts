import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { parseExpression } from './parser.ts';
import { parseTestFile } from './testing/test-file.ts';

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

/** Where the other parser is known to differ from Prometheus itself: `1.`, open strings, `min_of` as a function. */
function isKnownGap(text: string): boolean {
  return /\d\.(?!\d)|^["'][^"']*$|\b(?:min_of|max_of|STEP)\(|^#/.test(text);
}

for (const text of CORPUS) {
  if (isKnownGap(text)) continue;
  test(`agrees with the reference grammar on ${text}`, () => {
    assert.equal(isSyntax(text), isAcceptedByLezer(text));
  });
}

test('agrees with the reference grammar on the expressions of the test files', (context) => {
  const folder = new URL('../../../shared/promqltest/', import.meta.url);
  const files = [
    'aggregators',
    'at_modifier',
    'functions',
    'histograms',
    'operators',
    'selectors',
    'subquery',
  ];
  const paths = files.map((name) => new URL(`${name}.test`, folder)).filter((path) => existsSync(path));
  if (paths.length === 0) return context.skip('the test files of Prometheus are not here');
  const texts = paths.flatMap((path) =>
    parseTestFile(readFileSync(path, 'utf8')).flatMap((block) => (block.kind === 'eval' ? [block.expr] : [])),
  );
  const differing = texts.filter((text) => !isKnownGap(text) && isSyntax(text) !== isAcceptedByLezer(text));
  assert.deepEqual(differing, []);
});

// `offset` alone is a metric to Prometheus, and not to the other parser.
const PIECES =
  'up a sum rate by on 1 5m "x" ( ) [5m] [5m:] { } b="c" + - * ^ == and or bool @ start() , (a) (a[5m]) {b="c"}';
const piece = fc.constantFrom(...PIECES.split(' '), 'up offset 5m');

test('agrees with the reference grammar on random tokens', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 7 }), (pieces) => {
      const text = pieces.join(' ');
      const verdict = verdictOf(text);
      // What types forbid may hide a mistake of grammar further on.
      if (verdict !== 'forbidden') assert.equal(verdict === 'accepted', isAcceptedByLezer(text), text);
    }),
    { numRuns: 5000 },
  );
});

/** Whether our parser takes it, or refuses it by its grammar or by something else (types, names). */
function verdictOf(text: string): 'accepted' | 'forbidden' | 'ungrammatical' {
  try {
    parseExpression(text);
    return 'accepted';
  } catch (error) {
    const isGrammar = /unexpected|unterminated|bad number|bad escape|no expression/.test(String(error));
    return isGrammar ? 'ungrammatical' : 'forbidden';
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
