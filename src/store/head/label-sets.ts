import type { Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { TimeRange } from '../../model/series.ts';
import { BLOCK, END, RECORD } from './series-columns.ts';
import type { SeriesIndex } from './series-index.ts';
import type { SeriesStore } from './series-store.ts';
import { boundsOf, HIGH, LOW, type TickBounds } from './tick-bounds.ts';

/** The labels of what `select` yields; no sample is copied. */
export function* labelSets(
  store: SeriesStore,
  index: SeriesIndex,
  matchers: readonly Matcher[],
  range: TimeRange,
): Iterable<Labels> {
  const bounds = boundsOf(store, range);
  for (const id of index.select(matchers)) {
    const labels = store.columns.labels[id];
    if (labels !== undefined && hasSample(store, bounds, id)) yield labels;
  }
}

function hasSample({ columns, values }: SeriesStore, bounds: TickBounds, id: number): boolean {
  const at = id * RECORD;
  const block = columns.records[at + BLOCK] ?? 0;
  const range = bounds.of(block);
  const to = Math.min(bounds.ticks[range + HIGH] ?? 0, columns.records[at + END] ?? 0);
  for (let tick = Math.max(bounds.ticks[range + LOW] ?? 0, values.oldest(at)); tick < to; tick++)
    if (values.isStale(at, tick) || !values.isMarked(at, tick)) return true;
  return false;
}
