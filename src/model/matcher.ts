import { labelValue, type Labels } from './labels.ts';
import { compileValuePattern } from './value-pattern.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on one label. An absent label counts as the empty string. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether a label value satisfies the condition; linear in its length. */
  matches(value: string): boolean;
}

/**
 * A matcher with Prometheus's meaning: regular expressions are RE2 and anchored at both ends.
 * @throws Failure `invalid` when the regular expression does not compile
 */
export function createMatcher(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, matches: predicate(operator, value) };
}

/** Whether `labels` satisfy all of `matchers`. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name)));
}

function predicate(operator: MatchOperator, expected: string): (value: string) => boolean {
  if (operator === '=') return (value) => value === expected;
  if (operator === '!=') return (value) => value !== expected;
  const test = compileValuePattern(expected);
  return operator === '=~' ? test : (value) => !test(value);
}
