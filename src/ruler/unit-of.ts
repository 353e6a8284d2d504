import type { Threshold } from '../model/alert.ts';
import { METRIC_NAME } from '../model/labels.ts';
import type { BinaryOperator } from '../promql/operators.ts';
import {
  unwrap,
  type Aggregate,
  type Binary,
  type Call,
  type Expr,
  type VectorSelector,
} from '../promql/tree.ts';

type Known = NonNullable<Threshold['unit']> | 'timestamp';

/** Functions whose result is in the unit of an argument, by the argument's place. */
const KEEPING: ReadonlyMap<string, number> = new Map([
  ...['avg', 'min', 'max', 'sum', 'last', 'first', 'mad', 'stddev'].map(
    (name) => [`${name}_over_time`, 0] as const,
  ),
  ...['abs', 'ceil', 'floor', 'round', 'clamp', 'clamp_min', 'clamp_max', 'sort', 'sort_desc'].map(
    (name) => [name, 0] as const,
  ),
  ...['delta', 'idelta', 'increase', 'predict_linear', 'label_replace', 'label_join'].map(
    (name) => [name, 0] as const,
  ),
  ['quantile_over_time', 1],
]);

/** Filters. */
const KEEPING_LEFT: ReadonlySet<BinaryOperator> = new Set([
  'and',
  'unless',
  '>',
  '>=',
  '<',
  '<=',
  '==',
  '!=',
]);
const RATES: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);
const COUNTING: ReadonlySet<string> = new Set(['count', 'count_values', 'group', 'stdvar']);

/**
 * What the values of an expression are in, by Prometheus's names (docs/practices/naming.md, docs/practices/rules.md):
 * undefined for counts, and where it cannot be told. Two sizes give a ratio; what a rate is per second is not told.
 */
export function unitOf(expr: Expr): Threshold['unit'] {
  const known = unit(expr);
  return known === 'timestamp' ? undefined : known;
}

function unit(expr: Expr): Known | undefined {
  const node = unwrap(expr);
  switch (node.kind) {
    case 'number':
      return node.isDuration === true ? 'seconds' : undefined;
    case 'selector':
      return ofSelector(node);
    case 'range':
      return ofSelector(node.selector);
    case 'subquery':
    case 'unary':
    case 'paren':
      return unit(node.expr);
    case 'aggregate':
      return ofAggregate(node);
    case 'call':
      return ofCall(node);
    case 'binary':
      return ofBinary(node);
    case 'string':
      return undefined;
  }
}

function ofAggregate({ operator, expr }: Aggregate): Known | undefined {
  return COUNTING.has(operator) ? undefined : unit(expr);
}

function ofCall({ name, args }: Call): Known | undefined {
  if (name === 'time') return 'timestamp';
  if (name === 'histogram_quantile') return ofBuckets(args[1]);
  const argument = args[KEEPING.get(name) ?? args.length];
  return argument === undefined ? undefined : unit(argument);
}

/** The bounds of buckets are in their metric's unit, however fast they fill. */
function ofBuckets(expr: Expr | undefined): Known | undefined {
  if (expr === undefined) return undefined;
  const node = unwrap(expr);
  if (node.kind === 'aggregate') return ofBuckets(node.expr);
  return node.kind === 'call' && RATES.has(node.name) ? ofBuckets(node.args[0]) : unit(node);
}

function ofBinary({ operator, left, right }: Binary): Known | undefined {
  const [a, b] = [unit(left), unit(right)];
  if (KEEPING_LEFT.has(operator)) return a;
  if (operator === '-' && a === 'timestamp' && b === 'timestamp') return 'seconds';
  if (operator === '-' || operator === '+' || operator === 'or') return shared(left, right);
  if (operator === '/') return a === 'bytes' && b === 'bytes' ? 'ratio' : undefined;
  if (operator !== '*') return undefined;
  if (isInfo(right)) return a;
  return isInfo(left) ? b : undefined;
}

/** A number beside a value is in its unit. */
function shared(left: Expr, right: Expr): Known | undefined {
  const [a, b] = [unit(left), unit(right)];
  if (right.type === 'scalar' && b === undefined) return a;
  if (left.type === 'scalar' && a === undefined) return b;
  return a === b ? a : undefined;
}

/** Info metrics are always 1: their labels are what is multiplied by. */
function isInfo(expr: Expr): boolean {
  const node = unwrap(expr);
  return node.kind === 'selector' && nameOf(node).endsWith('_info');
}

function ofSelector(selector: VectorSelector): Known | undefined {
  const [, stem = nameOf(selector), operation = ''] = nameOf(selector).split(':');
  // What a recording rule did is the last part of its name: `tenant:octopus_canary_duration_seconds:p90_10m`.
  if (/^(?:rate|irate|deriv|ratio|count|changes|resets)/.test(operation)) return undefined;
  const [, found] = /_(timestamp_seconds|seconds|bytes|ratio)(?:_total|_sum|_bucket)?$/.exec(stem) ?? [];
  if (found === 'timestamp_seconds') return 'timestamp';
  return found === 'seconds' || found === 'bytes' || found === 'ratio' ? found : undefined;
}

function nameOf({ matchers }: VectorSelector): string {
  const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
  return name?.value ?? '';
}
