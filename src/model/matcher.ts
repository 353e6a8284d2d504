import { RE2JS } from 're2js';
import { Failure, messageOf } from './failure.ts';
import type { Labels } from './labels.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on one label. An absent label counts as the empty string. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether a label value satisfies the condition; linear in its length. */
  matches(value: string): boolean;
}

const LITERAL_ALTERNATION = /^[\w\-./ :|]*$/;

/**
 * A matcher with Prometheus's meaning: regular expressions are RE2 and anchored at both ends.
 * @throws Failure `invalid` when the regular expression does not compile
 */
export function createMatcher(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, matches: predicate(operator, value) };
}

/** Whether `labels` satisfy all of `matchers`. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? ''));
}

function predicate(operator: MatchOperator, expected: string): (value: string) => boolean {
  if (operator === '=') return (value) => value === expected;
  if (operator === '!=') return (value) => value !== expected;
  const test = regexTest(expected);
  return operator === '=~' ? test : (value) => !test(value);
}

function regexTest(source: string): (value: string) => boolean {
  // A dot is a wildcard, so only alternations without one are sets.
  if (LITERAL_ALTERNATION.test(source) && !source.includes('.')) {
    const set = new Set(source.split('|'));
    return (value) => set.has(value);
  }
  const pattern = compile(source);
  return (value) => pattern.matches(value);
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    throw new Failure('invalid', `regular expression ${JSON.stringify(source)}: ${messageOf(error)}`);
  }
}
