import { metricNamesOf } from '../promql/inspect.ts';
import { parseExpression } from '../promql/parser.ts';
import { printExpression } from '../promql/print.ts';
import { unwrap, type Binary, type Expr } from '../promql/tree.ts';
import type { Rule, RuleGroup } from '../ruler/rule.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
/** Metrics that measure how long something has been so; limits on them are times too. */
const AGES = /_age_seconds$/;

/**
 * Rules that judge `factor` times sooner: `for`, `keep_firing_for`, ranges, offsets and limits on ages are divided
 * by it; ranges stay at least `shortestMs` long, so that they still hold samples.
 */
export function shortenRules(groups: readonly RuleGroup[], factor: number, shortestMs: number): RuleGroup[] {
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => shortenRule(rule, factor, shortestMs)),
  }));
}

function shortenRule(rule: Rule, factor: number, shortestMs: number): Rule {
  const expr = parseExpression(printExpression(shorten(rule.expr, factor, shortestMs)));
  const text = printExpression(expr);
  if (rule.kind === 'record') return { ...rule, expr, text };
  return { ...rule, expr, text, forMs: rule.forMs / factor, keepFiringForMs: rule.keepFiringForMs / factor };
}

function shorten(expr: Expr, factor: number, shortestMs: number): Expr {
  const inner = (child: Expr): Expr => shorten(child, factor, shortestMs);
  const window = (ms: number): number => Math.max(shortestMs, Math.round(ms / factor));
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'selector':
      return { ...expr, offsetMs: Math.round(expr.offsetMs / factor) };
    case 'range':
      return {
        ...expr,
        rangeMs: window(expr.rangeMs),
        selector: { ...expr.selector, offsetMs: Math.round(expr.selector.offsetMs / factor) },
      };
    case 'subquery':
      return {
        ...expr,
        expr: inner(expr.expr),
        rangeMs: window(expr.rangeMs),
        offsetMs: Math.round(expr.offsetMs / factor),
      };
    case 'unary':
    case 'paren':
      return { ...expr, expr: inner(expr.expr) };
    case 'aggregate':
      return { ...expr, expr: inner(expr.expr) };
    case 'call':
      return { ...expr, args: expr.args.map(inner) };
    case 'binary':
      return shortenBinary({ ...expr, left: inner(expr.left), right: inner(expr.right) }, factor);
  }
}

function shortenBinary(expr: Binary, factor: number): Binary {
  const limit = unwrap(expr.right);
  const isAgeLimit =
    COMPARISONS.has(expr.operator) &&
    limit.kind === 'number' &&
    metricNamesOf(expr.left).some((name) => AGES.test(name));
  return isAgeLimit ? { ...expr, right: { ...limit, value: limit.value / factor } } : expr;
}
