import { createMatcher, type Matcher, type MatchOperator } from '../../model/matcher.ts';
import type { SilenceMatcher } from '../../model/silence.ts';

/** A matcher of the API as one that matches. @throws Failure `invalid` when its regular expression does not compile */
export function toMatcher({ name, value, isRegex, isEqual }: SilenceMatcher): Matcher {
  return createMatcher(name, operatorOf(isRegex, isEqual), value);
}

/** A matcher in the form of the API. */
export function toSilenceMatcher({ name, operator, value }: Matcher): SilenceMatcher {
  return { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') };
}

function operatorOf(isRegex: boolean, isEqual: boolean): MatchOperator {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}
