import type { Matcher } from './matcher.ts';
import type { Series, SeriesReader, TimeRange } from './series.ts';

/** What a query will select. */
export interface SeriesRequest {
  readonly matchers: readonly Matcher[];
  readonly range: TimeRange;
}

/** A series of history. */
export interface PastSeries extends Series {
  /** A counter put together from what it rose by: differences are right, the values begin anywhere. */
  readonly relative?: boolean;
}

/** What was fetched; it holds what was asked for, and need not hold anything else. */
export interface PastReader extends SeriesReader {
  /** What could not be read of what was asked for, a sentence each. */
  readonly warnings?: readonly string[];
  /** As of any reader, but the arrays stay what they are. */
  select(matchers: readonly Matcher[], range: TimeRange): Iterable<PastSeries>;
}

/** Reads series that have left the head, from wherever they are kept. */
export interface HistoryReader {
  /**
   * Brings what a query needs within its reach, before the query is evaluated in one go.
   * @throws Failure `budget` when that is more than fits, `network` … when the store does not answer
   */
  fetch(requests: readonly SeriesRequest[], signal: AbortSignal): Promise<PastReader>;
}
