import { metricNamesOf } from '../../promql/inspect.ts';
import { printExpression } from '../../promql/print.ts';
import { unwrap, type Binary, type Expr } from '../../promql/tree.ts';
import type { Known, RuleCheck } from './check.ts';

const COMPARISONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['==', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
  ['>', (a, b) => a > b],
  ['<', (a, b) => a < b],
  ['>=', (a, b) => a >= b],
  ['<=', (a, b) => a <= b],
]);
/** Functions whose results are never below zero. */
const NEVER_NEGATIVE: ReadonlySet<string> = new Set([
  'abs',
  'changes',
  'count_over_time',
  'increase',
  'irate',
  'present_over_time',
  'rate',
  'resets',
  'stddev_over_time',
  'stdvar_over_time',
]);

/** Aggregations whose results are below zero only where something of their input is. */
const SUMMARIES: ReadonlySet<string> = new Set(['sum', 'min', 'max', 'avg', 'topk', 'bottomk']);

/** Alerts whose comparison keeps everything: they fire for as long as there is data, whatever it says. */
export const alwaysFiring: RuleCheck = {
  id: 'always-firing',
  *find({ kind, expr, places }, known) {
    const top = unwrap(expr);
    if (kind !== 'alert' || top.kind !== 'binary' || !COMPARISONS.has(top.operator)) return;
    const why = reasonOf(top, known);
    if (why !== undefined) yield { detail: `always fires: ${why}`, place: places.expr(top) };
  },
};

function reasonOf(comparison: Binary, known: Known): string | undefined {
  if (comparison.bool) return 'with bool the comparison yields 0 too, and 0 fires: leave bool out';
  const { operator } = comparison;
  const [left, right] = [unwrap(comparison.left), unwrap(comparison.right)];
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined)
    return COMPARISONS.get(operator)?.(a, b) === true ? `${a} ${operator} ${b} is always true` : undefined;
  if (['==', '>=', '<='].includes(operator) && printExpression(left) === printExpression(right))
    return `both sides of ${operator} are the same`;
  if (b !== undefined && isNeverNegative(left, known) && keepsNonNegative(operator, b))
    return `the left side is never below 0`;
  return undefined;
}

function keepsNonNegative(operator: string, limit: number): boolean {
  return operator === '>=' ? limit <= 0 : (operator === '>' || operator === '!=') && limit < 0;
}

function numberOf(expr: Expr): number | undefined {
  const inner = unwrap(expr);
  if (inner.kind === 'number') return inner.value;
  if (inner.kind === 'call' && inner.name === 'vector') return inner.args.map(numberOf)[0];
  if (inner.kind !== 'unary') return undefined;
  const value = numberOf(inner.expr);
  return value === undefined || inner.operator === '+' ? value : -value;
}

function isNeverNegative(expr: Expr, known: Known): boolean {
  const inner = unwrap(expr);
  if (inner.kind === 'call') return NEVER_NEGATIVE.has(inner.name);
  if (inner.kind === 'aggregate')
    return (
      inner.operator === 'count' || (SUMMARIES.has(inner.operator) && isNeverNegative(inner.expr, known))
    );
  const types =
    inner.kind === 'selector' ? metricNamesOf(inner).map((name) => known.metrics.get(name)?.type) : [];
  return types.some((type) => type === 'counter' || type === 'histogram');
}
