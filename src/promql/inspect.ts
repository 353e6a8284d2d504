import { isMetricName, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { childrenOf, type Expr, type VectorSelector } from './tree.ts';

/** The metrics an expression reads, sorted; of a regular expression on the name, those of a plain `a|b`. */
export function metricNamesOf(expr: Expr): string[] {
  return [...new Set(selectorsOf(expr).flatMap(selectedNames))].toSorted();
}

/** The selectors of an expression, from left to right. */
export function selectorsOf(expr: Expr): VectorSelector[] {
  return expr.kind === 'selector' ? [expr] : childrenOf(expr).flatMap(selectorsOf);
}

/** The metrics that a selector names. */
export function selectedNames({ matchers }: VectorSelector): string[] {
  return matchers.flatMap(namesOf);
}

function namesOf({ name, operator, value }: Matcher): readonly string[] {
  if (name !== METRIC_NAME || value === '') return [];
  if (operator === '=') return [value];
  const names = value.split('|');
  return operator === '=~' && names.every(isMetricName) ? names : [];
}
