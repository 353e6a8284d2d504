import { Failure } from '../../model/failure.ts';
import { DEFAULT_LOOKBACK_MS } from '../../promql/options.ts';
import { parseExpression } from '../../promql/parser.ts';
import { describeType, type Expr } from '../../promql/tree.ts';
import type { Form } from './form.ts';
import { limitOf, optional, required, toSpan, toTime } from './parameters.ts';

/** What `/query` and `/query_range` have in common. */
interface Query {
  readonly expr: Expr;
  /** The expression as written. */
  readonly text: string;
  readonly lookbackMs: number;
  /** How long the query may take, ms. */
  readonly timeoutMs: number;
  /** Series in the answer; 0 is no limit. */
  readonly limit: number;
}

export interface InstantQuery extends Query {
  /** ms since the epoch. */
  readonly time: number;
}

export interface RangeQuery extends Query {
  /** ms since the epoch. */
  readonly start: number;
  /** ms since the epoch. */
  readonly end: number;
  /** ms. */
  readonly step: number;
}

/** How long a query may take that names no shorter time, as with Prometheus, ms. */
const LONGEST_MS = 120_000;
/** Points of one series in one answer, as Prometheus limits them. */
const MAX_POINTS = 11_000;

/** `/api/v1/query`: `query`, and `time` unless it is now. @throws Failure `invalid` that names the parameter */
export function instantQueryOf(form: Form, now: number): InstantQuery {
  return { time: optional(form, 'time', toTime, now), ...commonOf(form, parseExpression) };
}

/** `/api/v1/query_range`: `query`, `start`, `end`, `step`. @throws Failure `invalid` that names the parameter */
export function rangeQueryOf(form: Form): RangeQuery {
  const start = required(form, 'start', toTime);
  const end = required(form, 'end', toTime);
  if (end < start)
    throw new Failure('invalid', 'invalid parameter "end": end timestamp must not be before start time');
  const step = required(form, 'step', toStep);
  if (Math.floor((end - start) / step) > MAX_POINTS)
    throw new Failure(
      'invalid',
      'exceeded maximum resolution of 11,000 points per timeseries: ask for a larger step or a shorter range',
    );
  return { start, end, step, ...commonOf(form, parseRangeExpression) };
}

function commonOf(form: Form, parse: (text: string) => Expr): Query {
  const timeoutMs = optional(form, 'timeout', toSpan, LONGEST_MS);
  const lookbackMs = optional(form, 'lookback_delta', toSpan, DEFAULT_LOOKBACK_MS);
  return {
    limit: limitOf(form),
    timeoutMs: Math.min(timeoutMs, LONGEST_MS),
    lookbackMs: lookbackMs === 0 ? DEFAULT_LOOKBACK_MS : lookbackMs,
    expr: required(form, 'query', parse),
    text: form.get('query') ?? '',
  };
}

function parseRangeExpression(text: string): Expr {
  const expr = parseExpression(text);
  if (expr.type === 'scalar' || expr.type === 'vector') return expr;
  const type = describeType(expr.type);
  throw new Failure(
    'invalid',
    `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
  );
}

function toStep(text: string): number {
  const step = toSpan(text);
  if (step > 0) return step;
  throw new Failure('invalid', `a step must be above zero, not ${JSON.stringify(text)}`);
}
