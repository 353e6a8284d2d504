import { METRIC_NAME } from '../../../model/labels.ts';
import { createMatcher, type Matcher } from '../../../model/matcher.ts';
import { childrenOf, type Expr, type Subquery, type TimeShift, type VectorSelector } from '../../tree.ts';

/**
 * The selector of the series that `info` takes labels from, read as of the time that the first argument is read at.
 * @param subject the first argument of `info`, its durations resolved
 * @param labels the second one, where it is given
 */
export function infoSelector(subject: Expr, labels: VectorSelector | undefined): VectorSelector {
  const { start, end } = subject;
  const conditions = labels?.matchers.filter(({ name }) => name !== METRIC_NAME) ?? [];
  const matchers = [...infoNameMatchers(labels?.matchers ?? []), ...conditions];
  return { kind: 'selector', type: 'vector', start, end, matchers, ...shiftOf(subject) };
}

/** What the name of an info metric must satisfy: what is asked for, and that it is one where only others are excluded. */
export function infoNameMatchers(matchers: readonly Matcher[]): readonly Matcher[] {
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  if (names.length === 0) return [createMatcher(METRIC_NAME, '=', 'target_info')];
  if (names.some(({ operator }) => operator === '=' || operator === '=~')) return names;
  return [createMatcher(METRIC_NAME, '=~', '.+_info'), ...names];
}

/** When the first selector below `subject` reads: its own `@`, or else that of a subquery around it; offsets add up. */
function shiftOf(subject: Expr): TimeShift {
  const [selector, ...subqueries] = pathToSelector(subject) ?? [];
  if (selector === undefined) return { offsetMs: 0 };
  let { offsetMs, at } = selector;
  for (const subquery of subqueries) {
    if (at !== undefined) break;
    offsetMs += subquery.offsetMs;
    at = subquery.at;
  }
  return { offsetMs, ...(at === undefined ? {} : { at }) };
}

/** The first selector and the subqueries around it, the innermost first. */
function pathToSelector(expr: Expr): readonly (VectorSelector | Subquery)[] | undefined {
  if (expr.kind === 'selector') return [expr];
  for (const child of childrenOf(expr)) {
    const path = pathToSelector(child);
    if (path !== undefined) return expr.kind === 'subquery' ? [...path, expr] : path;
  }
  return undefined;
}
