import { toFailure } from '../../model/failure.ts';
import type { HistoryReader, SeriesRequest } from '../../model/history.ts';
import type { Clock } from '../../model/ports.ts';
import type { SeriesReader } from '../../model/series.ts';
import { mergeSeries } from '../../store/merge-series.ts';

/** Where series are read from. */
export interface SeriesSources {
  readonly clock: Clock;
  /** The head. */
  readonly reader: SeriesReader;
  /** What has left the head; absent where nothing is kept. */
  readonly history?: HistoryReader;
  /** How far back the head reaches whatever the metric, ms. Default 5 min. */
  readonly headKeepsMs?: number;
}

/** A reader for one query, and what it cannot read. */
export interface OpenedSeries {
  readonly reader: SeriesReader;
  readonly warnings: readonly string[];
}

const HEAD_KEEPS_MS = 5 * 60_000;
/** A query of now looks back a little more than the head keeps by the time it runs. */
const SLACK_MS = 15_000;

/**
 * A reader of what the requests name: the head, and for those that reach beyond it history. A store that does not answer
 * leaves the head alone and a warning: this is looked at when things are broken.
 * @throws Failure `budget` when history holds more than fits
 */
export async function openSeries(
  { clock, reader, history, headKeepsMs = HEAD_KEEPS_MS }: SeriesSources,
  requests: readonly SeriesRequest[],
  signal: AbortSignal,
): Promise<OpenedSeries> {
  const begin = clock.now() - headKeepsMs - SLACK_MS;
  const older = requests.filter(({ range }) => range.start < begin);
  if (history === undefined || older.length === 0) return { reader, warnings: [] };
  try {
    const past = await history.fetch(older, signal);
    return { reader: mergeSeries(past, reader), warnings: past.warnings ?? [] };
  } catch (error) {
    signal.throwIfAborted();
    const failure = toFailure(error);
    if (failure.reason === 'budget' || failure.reason === 'invalid') throw failure;
    return {
      reader,
      warnings: [`only the newest samples are shown, history cannot be read: ${failure.message}`],
    };
  }
}
