import { messageOf, toFailure } from '../model/failure.ts';
import type { HistoryReader, PastReader, SeriesRequest } from '../model/history.ts';
import type { SeriesReader } from '../model/series.ts';
import { mergeSeries } from './merge-series.ts';

/** History that reaches back to a time and no further. */
export interface RecentHistory extends HistoryReader {
  /** The time of its oldest sample, ms; Infinity when it has none. */
  readonly since: number;
}

/**
 * `recent`, and for what is older than it `older`, which costs more to read. An older one that does not answer is a
 * warning beside what the recent one has.
 */
export function layeredHistory(recent: RecentHistory, older: HistoryReader): HistoryReader {
  return {
    async fetch(requests, signal) {
      const near = await recent.fetch(requests, signal);
      const beyond = requests.flatMap((request) => before(request, recent.since));
      if (beyond.length === 0) return near;
      try {
        const past = await older.fetch(beyond, signal);
        return withWarnings(mergeSeries(past, near), near.warnings, past.warnings);
      } catch (error) {
        return withWarnings(near, near.warnings, [warningOf(error, signal)]);
      }
    },
  };
}

/** The part of a request before `time`. */
function before({ matchers, range }: SeriesRequest, time: number): SeriesRequest[] {
  if (range.start >= time) return [];
  return [{ matchers, range: { start: range.start, end: Math.min(range.end, time) } }];
}

/** What a failure of the older history means. @throws it when it is the client's: too much was asked for, or it is gone */
function warningOf(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (['budget', 'invalid'].includes(toFailure(error).reason)) throw error;
  return `history of the store cannot be read, what is older is missing: ${messageOf(error)}`;
}

function withWarnings(
  reader: SeriesReader,
  near: readonly string[] = [],
  past: readonly string[] = [],
): PastReader {
  return { select: (matchers, range) => reader.select(matchers, range), warnings: [...near, ...past] };
}
