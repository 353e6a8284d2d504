import type { SeriesRequest } from '../model/history.ts';
import type { TimeRange } from '../model/series.ts';
import { DEFAULT_LOOKBACK_MS } from './options.ts';
import { childrenOf, type Expr, type TimeShift } from './tree.ts';

/** What an expression selects when it is evaluated from `times.start` to `times.end`: a request for each selector. */
export function seriesRequests(
  expr: Expr,
  times: TimeRange,
  lookbackMs: number = DEFAULT_LOOKBACK_MS,
): SeriesRequest[] {
  return requestsOf(expr, times, { times, lookbackMs });
}

interface Query {
  readonly times: TimeRange;
  readonly lookbackMs: number;
}

function requestsOf(expr: Expr, at: TimeRange, query: Query): SeriesRequest[] {
  switch (expr.kind) {
    case 'selector':
      return [{ matchers: expr.matchers, range: lookBack(shifted(at, expr, query), query.lookbackMs) }];
    case 'range': {
      const { selector, rangeMs } = expr;
      // What is before the range tells where a series stood when it began.
      const range = lookBack(shifted(at, selector, query), rangeMs + query.lookbackMs);
      return [{ matchers: selector.matchers, range }];
    }
    case 'subquery':
      return requestsOf(expr.expr, lookBack(shifted(at, expr, query), expr.rangeMs), query);
    case 'number':
    case 'string':
    case 'unary':
    case 'binary':
    case 'aggregate':
    case 'call':
    case 'paren':
      return childrenOf(expr).flatMap((child) => requestsOf(child, at, query));
  }
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
