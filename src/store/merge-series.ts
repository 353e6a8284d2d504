import type { PastReader, PastSeries } from '../model/history.ts';
import { labelsKey } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { Series, SeriesReader, TimeRange } from '../model/series.ts';

/**
 * The series of both readers: of each what `older` has up to where `newer` begins, then what `newer` has. No sample comes
 * twice, whoever else has it.
 */
export function mergeSeries(older: PastReader, newer: SeriesReader): SeriesReader {
  return { select: (matchers, range) => select(older, newer, matchers, range) };
}

function* select(
  older: PastReader,
  newer: SeriesReader,
  matchers: readonly Matcher[],
  range: TimeRange,
): Iterable<Series> {
  const past = new Map<string, PastSeries>();
  for (const series of older.select(matchers, range)) past.set(labelsKey(series.labels), series);
  for (const series of newer.select(matchers, range)) {
    const key = labelsKey(series.labels);
    const before = past.get(key);
    past.delete(key);
    yield before === undefined ? series : joined(before, series);
  }
  yield* past.values();
}

function joined(before: PastSeries, after: Series): Series {
  const begin = after.timestamps[0] ?? Number.POSITIVE_INFINITY;
  let length = before.timestamps.findIndex((time) => time >= begin);
  if (length < 0) length = before.timestamps.length;
  if (length === 0) return after;
  const timestamps = new Float64Array(length + after.timestamps.length);
  const values = new Float64Array(timestamps.length);
  timestamps.set(before.timestamps.subarray(0, length));
  timestamps.set(after.timestamps, length);
  // Set as a whole, as the bits of a stale marker are lost on the way through a variable.
  values.set(before.values.subarray(0, length));
  values.set(after.values, length);
  if (before.relative === true)
    raise(values.subarray(0, length), (after.values[0] ?? 0) - (values[length - 1] ?? 0));
  return { labels: after.labels, timestamps, values };
}

/** A counter that goes on: where its two parts meet it does not rise. */
function raise(values: Float64Array, by: number): void {
  if (!Number.isFinite(by)) return;
  for (const [i, value] of values.entries()) values[i] = value + by;
}
