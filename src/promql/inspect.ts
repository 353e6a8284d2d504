import { isMetricName, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { DEFAULT_LOOKBACK_MS } from './options.ts';
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

/**
 * How far before the evaluation time the expression looks, in ms: range or lookback, offset, and those of the
 * subqueries around. A selector fixed by `@` is taken as if it were not, and what depends on the query's step or range
 * counts nothing.
 */
export function longestWindowMs(expr: Expr, lookbackMs: number = DEFAULT_LOOKBACK_MS): number {
  switch (expr.kind) {
    case 'selector':
      return Math.max(0, lookbackMs + expr.offsetMs);
    case 'range': {
      const { extension, offsetMs } = expr.selector;
      return Math.max(0, expr.rangeMs + offsetMs + (extension === undefined ? 0 : lookbackMs));
    }
    case 'subquery':
      return Math.max(0, expr.rangeMs + expr.offsetMs + longestWindowMs(expr.expr, lookbackMs));
    case 'number':
    case 'string':
    case 'unary':
    case 'binary':
    case 'aggregate':
    case 'call':
    case 'paren':
      return Math.max(0, ...childrenOf(expr).map((child) => longestWindowMs(child, lookbackMs)));
  }
}

function namesOf({ name, operator, value }: Matcher): readonly string[] {
  if (name !== METRIC_NAME || value === '') return [];
  if (operator === '=') return [value];
  const names = value.split('|');
  return operator === '=~' && names.every(isMetricName) ? names : [];
}
