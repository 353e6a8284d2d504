import type { SeriesRequest } from '../model/history.ts';
import type { TimeRange } from '../model/series.ts';
import { resolveDurations } from './durations.ts';
import { infoSelector } from './nodes/info/info-selector.ts';
import { DEFAULT_LOOKBACK_MS } from './options.ts';
import { childrenOf, type Call, type Expr, type TimeShift, type VectorSelector } from './tree.ts';

/**
 * What an expression selects when it is evaluated from `times.start` to `times.end`: a request for each selector.
 * @param stepMs between the steps of a range query, for durations that are computed; 0 at one time
 * @throws Failure `invalid` for a computed duration that is none in this query
 */
export function seriesRequests(
  expr: Expr,
  times: TimeRange,
  lookbackMs: number = DEFAULT_LOOKBACK_MS,
  stepMs = 0,
): SeriesRequest[] {
  const resolved = resolveDurations(expr, { stepMs, rangeMs: times.end - times.start });
  return requestsOf(resolved, times, { times, lookbackMs });
}

interface Query {
  readonly times: TimeRange;
  readonly lookbackMs: number;
}

function requestsOf(expr: Expr, at: TimeRange, query: Query): SeriesRequest[] {
  switch (expr.kind) {
    case 'selector':
      return [requestOf(expr, at, 0, query)];
    case 'range':
      // What is before the range tells where a series stood when it began.
      return [requestOf(expr.selector, at, expr.rangeMs, query)];
    case 'subquery':
      return requestsOf(expr.expr, lookBack(shifted(at, expr, query), expr.rangeMs), query);
    case 'call':
      return readArguments(expr).flatMap((arg) => requestsOf(arg, at, query));
    case 'number':
    case 'string':
    case 'unary':
    case 'binary':
    case 'aggregate':
    case 'paren':
      return childrenOf(expr).flatMap((child) => requestsOf(child, at, query));
  }
}

/** The second argument of `info` says which of the info metrics are read, at the times of the first one. */
function readArguments({ name, args }: Call): readonly Expr[] {
  const [subject, labels] = args;
  if (name !== 'info' || subject === undefined) return args;
  return [subject, infoSelector(subject, labels?.kind === 'selector' ? labels : undefined)];
}

function requestOf(selector: VectorSelector, at: TimeRange, rangeMs: number, query: Query): SeriesRequest {
  const { start, end } = shifted(at, selector, query);
  const ahead = selector.extension === 'smoothed' ? query.lookbackMs : 0;
  return {
    matchers: selector.matchers,
    range: { start: start - rangeMs - query.lookbackMs, end: end + ahead },
  };
}

function shifted(at: TimeRange, { offsetMs, at: fixed }: TimeShift, { times }: Query): TimeRange {
  const { start, end } = fixed === undefined ? at : fixedTo(fixed, times);
  return { start: start - offsetMs, end: end - offsetMs };
}

function fixedTo(at: NonNullable<TimeShift['at']>, times: TimeRange): TimeRange {
  const time = typeof at === 'number' ? at : times[at];
  return { start: time, end: time };
}

function lookBack({ start, end }: TimeRange, ms: number): TimeRange {
  return { start: start - ms, end };
}
