import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTestFile } from './conformance/test-file.ts';
import { parseExpression } from './parser.ts';
import { printExpression } from './print.ts';
import type { Expr } from './tree.ts';

const literal = fc.constantFrom('5m', '1h30m', '90s', '1d', '250ms', '30', '1.5');
const { computed } = fc.letrec<{ computed: string }>((tie) => ({
  computed: fc.oneof(
    { depthSize: 'small' },
    literal,
    fc.constantFrom('step()', 'range()', 'STEP ( )'),
    tie('computed').map((inner) => `(${inner})`),
    tie('computed').map((inner) => `-${inner}`),
    fc
      .tuple(tie('computed'), fc.constantFrom('+', '-', '*', '^'), tie('computed'))
      .map((parts) => parts.join(' ')),
    fc
      .tuple(fc.constantFrom('min_of', 'max_of'), tie('computed'), tie('computed'))
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
  ),
}));
// A step in the sum keeps a constant from being refused for not being above 0.
const duration = fc.oneof(
  literal,
  computed.map((inner) => `step() + ${inner}`),
);
const label = fc.constantFrom('job', 'tenant', 'on', 'sum', '"my.label"', '"a b"');
const labelList = fc.array(label, { maxLength: 3 }).map((labels) => `(${labels.join(', ')})`);
const text = fc.string({ maxLength: 6, unit: 'grapheme' }).map((value) => JSON.stringify(value));
const matcher = fc.tuple(label, fc.constantFrom('=', '!='), text).map((parts) => parts.join(''));
const shift = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '-', '+-', '--'), computed)
    .map(([sign, inner]) => ` offset ${sign}(${inner})`),
  fc.constantFrom(
    '',
    ' offset 5m',
    ' offset -90s',
    ' @ start()',
    ' @ 1.5 offset 1h',
    ' offset 1 @ end()',
    ' smoothed',
    ' @ 1 anchored offset 1m',
  ),
);

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('Inf', '-Inf', 'NaN', '0x1f', '010', '1e3', '2.', '.5', '5m', '-0'),
);
const selector = fc
  .tuple(
    fc.constantFrom('up', 'a:b:c', 'sum', '{"my.metric"}', 'offset'),
    fc.array(matcher, { maxLength: 2 }),
  )
  .map(([name, matchers]) => {
    if (matchers.length === 0) return name;
    return name.startsWith('{') ? `{"my.metric", ${matchers.join(',')}}` : `${name}{${matchers.join(',')}}`;
  });

const { vector } = fc.letrec<{ vector: string; scalar: string; range: string }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: 'small' },
    number,
    fc.tuple(tie('scalar'), fc.constantFrom('+', '^', '%', '== bool'), tie('scalar')).map((p) => p.join(' ')),
    tie('scalar').map((inner) => `-(${inner})`),
    tie('vector').map((inner) => `scalar(${inner})`),
  ),
  range: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(selector, duration, shift).map(([name, range, at]) => `${name}[${range}]${at}`),
    fc
      .tuple(tie('vector'), duration, fc.option(duration, { nil: '' }), shift)
      .map(([inner, range, step, at]) => {
        return `(${inner})[${range}:${step}]${at.replaceAll(/ (?:smoothed|anchored)/g, '')}`;
      }),
  ),
  vector: fc.oneof(
    { depthSize: 'small' },
    // In parentheses, as an operator behind a computed offset would belong to it.
    fc.tuple(selector, shift).map(([name, at]) => (at.includes('(') ? `(${name}${at})` : `${name}${at}`)),
    fc
      .tuple(fc.constantFrom('rate', 'max_over_time'), tie('range'))
      .map(([name, inner]) => `${name}(${inner})`),
    fc
      .tuple(
        fc.constantFrom('sum', 'avg', 'COUNT'),
        fc.constantFrom('by', 'without'),
        labelList,
        tie('vector'),
      )
      .map(([name, clause, labels, inner]) => `${name} ${clause} ${labels} (${inner})`),
    fc
      .tuple(fc.constantFrom('topk', 'quantile'), tie('scalar'), tie('vector'), labelList)
      .map(([name, parameter, inner, labels]) => `${name}(${parameter}, ${inner}) by ${labels}`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom(
          '+',
          '- fill(1)',
          '/ fill_right(-0) fill_left(NaN)',
          '^',
          '> bool',
          '<=',
          'and',
          'or',
          'unless',
        ),
        tie('vector'),
      )
      .map((parts) => parts.join(' ')),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('*', '=='),
        fc.constantFrom('on', 'ignoring'),
        labelList,
        tie('vector'),
      )
      .map(
        ([left, operator, word, labels, right]) =>
          `${left} ${operator} ${word} ${labels} group_left () ${right}`,
      ),
    fc.tuple(tie('scalar'), tie('vector')).map(([left, right]) => `(${left} * ${right})`),
    fc.tuple(tie('vector'), matcher).map(([inner, condition]) => `info(${inner}, {${condition}})`),
    tie('vector').map((inner) => `-${inner}`),
    tie('vector').map((inner) => `(${inner})`),
  ),
}));

test('the canonical text parses back to an equal tree, and is its own canonical text', () => {
  fc.assert(
    fc.property(vector, (source) => {
      const tree = parseExpression(source);
      const printed = printExpression(tree);
      const again = parseExpression(printed);
      assert.deepEqual(bare(again), bare(tree), `${source} printed as ${printed}`);
      assert.equal(printExpression(again), printed);
    }),
    { numRuns: 1000 },
  );
});

test('so it does for the expressions of the test files of Prometheus', (context) => {
  const folder = new URL('../../../shared/promqltest/', import.meta.url);
  if (!existsSync(folder)) return context.skip('the test files of Prometheus are not here');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.test'))) {
    for (const block of parseTestFile(readFileSync(new URL(name, folder), 'utf8'))) {
      if (block.kind !== 'eval') continue;
      const tree = parseExpression(block.expr);
      assert.deepEqual(bare(parseExpression(printExpression(tree))), bare(tree), `${name}: ${block.expr}`);
    }
  }
});

/** A tree without positions and functions, for comparing. */
function bare(tree: Expr): unknown {
  const hidden = new Set(['start', 'end', 'matches']);
  const json = JSON.stringify(tree, (key, value: unknown) => {
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return `number ${Object.is(value, -0) ? '-0' : value}`;
    }
    return hidden.has(key) && typeof value !== 'string' ? undefined : value;
  });
  return JSON.parse(json);
}
