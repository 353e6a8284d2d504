import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseMatcher, readMatchers } from '../../../src/alerts/parse-matchers.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { Matcher } from '../../../src/model/matcher.ts';
import { skipWithoutGo } from '../go-program.ts';
import { askAlertmanager, type AlertmanagerAnswer } from './alertmanager-judge.ts';

// prettier-ignore
const PIECES = [
  'a', 'b1', 'tenant', 'é', '🙂', 'a b', '=', '!=', '=~', '!~', '=', '!', '~', ',', ', ', ' ', '\n', '\t', '\u00a0', '{', '}',
  '"', '"x"', '"x,y"', '"x\\"y"', '"\\\\"', '"\\n"', '"\\d"', '"\\x41"', '"\\xf0\\x9f\\x99\\x82"', '"\\xff"', '"\\101"',
  '"\\u00e9"', '"\\ud800"', '"\\\'"', '\\', '\\n', '\\"', "'", '`', '""', ':', '.', '-', '*', '[', '(x|y)', 'x.*', '$', '0a',
];

const piece = fc.constantFrom(...PIECES);
const pieces = fc.array(piece, { maxLength: 9 }).map((parts) => parts.join(''));
const space = fc.constantFrom('', '', '', ' ', '\t');
const anyName = fc.constantFrom('a', 'b1', 'tenant', ':x', 'é', 'a.b', '"a b"', '"\\u00e9"', '"a"');
const anyOperator = fc.constantFrom('=', '!=', '=~', '!~');
const anyMatcher = fc.tuple(space, anyName, space, anyOperator, space, fc.oneof(piece, piece, pieces), space);
const list = fc
  .tuple(
    fc.array(anyMatcher, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '', '', ',', '}'),
    fc.boolean(),
  )
  .map(([parts, end, isOpen]) => {
    const text = `${parts.map((each) => each.join('')).join(',')}${end}`;
    return isOpen ? `{${text}}` : text;
  });
const texts = [
  ...fc.sample(pieces, { seed: 1, numRuns: 5000 }),
  ...fc.sample(list, { seed: 2, numRuns: 10_000 }),
];

type Shown = readonly (readonly [string, string, string])[] | 'refused';

function ours(parse: () => readonly Matcher[]): Shown {
  try {
    return parse().map(({ name, operator, value }) => [name, operator, value]);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return 'refused';
  }
}

function theirs({ error, matchers = [] }: AlertmanagerAnswer): Shown {
  return error === undefined ? matchers : 'refused';
}

/** What we refuse on purpose: a label without a name, and braces alone that are no pair, which would match all. */
function isOnPurpose(text: string, answer: Shown): boolean {
  if (answer === 'refused') return false;
  return answer.some(([name]) => name === '') || (answer.length === 0 && text !== '{}');
}

describe(
  'Alertmanager takes and refuses as we do, and with the same meaning',
  { skip: skipWithoutGo() },
  () => {
    test(`${texts.length} texts of matchers`, async () => {
      const answers = await askAlertmanager(texts.map((matchers) => ({ matchers })));
      const shown = answers.map(theirs);
      const taken = shown.filter((answer) => answer !== 'refused' && answer.length > 0).length;
      assert.ok(taken > 1500 && taken < texts.length - 1500, `${taken} taken`);
      for (const [index, text] of texts.entries()) {
        const mine = ours(() => readMatchers(text).matchers);
        const answer = shown[index] ?? assert.fail();
        if (mine === 'refused' && isOnPurpose(text, answer)) continue;
        assert.deepEqual(mine, answer, JSON.stringify(text));
      }
    });

    test(`${texts.length} texts of one matcher`, async () => {
      const answers = await askAlertmanager(texts.map((matcher) => ({ matcher })));
      for (const [index, text] of texts.entries()) {
        const mine = ours(() => [parseMatcher(text)]);
        const answer = theirs(answers[index] ?? assert.fail());
        if (mine === 'refused' && isOnPurpose(text, answer)) continue;
        assert.deepEqual(mine, answer, JSON.stringify(text));
      }
    });
  },
);
