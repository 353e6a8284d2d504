import { parseDuration } from '../model/duration.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { parseExpression } from '../promql/parser.ts';
import { describeType, type Expr } from '../promql/tree.ts';

/** Parameters by name, from the query string or a form. */
export type Parameters = Readonly<Record<string, string>>;

export interface InstantQuery {
  readonly expr: Expr;
  /** ms since the epoch. */
  readonly time: number;
}

export interface RangeQuery {
  readonly expr: Expr;
  /** ms since the epoch. */
  readonly start: number;
  /** ms since the epoch. */
  readonly end: number;
  /** ms. */
  readonly step: number;
}

/** Points of one series in one answer, as Prometheus limits them. */
const MAX_POINTS = 11_000;
/** The last time that a Date can hold, ms. */
const LATEST = 8.64e15;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** `/api/v1/query`: `query`, and `time` unless it is now. @throws Failure `invalid` that names the parameter */
export function instantQueryOf(parameters: Parameters, now: number): InstantQuery {
  const time = parameters['time'] === undefined ? now : read(parameters, 'time', toTime);
  return { expr: read(parameters, 'query', parseExpression), time };
}

/** `/api/v1/query_range`: `query`, `start`, `end`, `step`. @throws Failure `invalid` that names the parameter */
export function rangeQueryOf(parameters: Parameters): RangeQuery {
  const start = read(parameters, 'start', toTime);
  const end = read(parameters, 'end', toTime);
  if (end < start) throw new Failure('invalid', 'invalid parameter "end": end time is before start time');
  const step = read(parameters, 'step', toStep);
  if ((end - start) / step > MAX_POINTS)
    throw new Failure(
      'invalid',
      `more than ${MAX_POINTS} points per series: ask for a larger step or a shorter range`,
    );
  return { expr: read(parameters, 'query', parseRangeExpression), start, end, step };
}

function read<Value>(parameters: Parameters, name: string, parse: (text: string) => Value): Value {
  try {
    return parse(parameters[name] ?? '');
  } catch (error) {
    throw new Failure('invalid', `invalid parameter ${JSON.stringify(name)}: ${messageOf(error)}`);
  }
}

function parseRangeExpression(text: string): Expr {
  const expr = parseExpression(text);
  if (expr.type === 'scalar' || expr.type === 'vector') return expr;
  throw new Failure(
    'invalid',
    `a range query takes a scalar or instant vector, not a ${describeType(expr.type)}`,
  );
}

/** ms of seconds or of an RFC 3339 time. */
function toTime(text: string): number {
  const time = NUMBER.test(text)
    ? Math.round(Number(text) * 1000)
    : RFC_3339.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Math.abs(time) <= LATEST) return time;
  throw new Failure('invalid', `not a time: ${JSON.stringify(text)} (write seconds or RFC 3339)`);
}

/** ms of seconds or of a duration. */
function toStep(text: string): number {
  const step = NUMBER.test(text) ? Math.round(Number(text) * 1000) : parseDuration(text);
  if (step > 0 && step <= LATEST) return step;
  throw new Failure(
    'invalid',
    `not a step: ${JSON.stringify(text)} (write seconds or a duration, above zero)`,
  );
}
