import { METRIC_NAME, type Labels } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import { isStale, type SeriesReader } from '../model/series.ts';

/** How long a sample counts, ms: two intervals of the slowest poll there is, and as long as for rules. */
export const LOOKBACK_MS = 300_000;

/** The newest value of a series. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** The newest value of each series of a metric that has not ended. The array is the caller's. */
export function newest(series: SeriesReader, metric: string, now: number): Sample[] {
  const matchers = [createMatcher(METRIC_NAME, '=', metric)];
  const found: Sample[] = [];
  for (const { labels, values } of series.select(matchers, { start: now - LOOKBACK_MS, end: now })) {
    const last = values.length - 1;
    const value = values[last];
    if (value !== undefined && Number.isFinite(value) && !isStale(values, last))
      found.push({ labels, value });
  }
  return found;
}
