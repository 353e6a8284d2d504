import type { SelectedSeries } from './selected-series.ts';
import { BLOCK, BORN, END, endsStale, LAST, MASK, RECORD, RING, SOLID } from './series-columns.ts';
import type { SeriesStore } from './series-store.ts';
import { PAGE_BITS, PAGE_MASK } from './slab.ts';
import { HIGH, LOW, type TickBounds } from './tick-bounds.ts';

/** Writes the newest value in the range of each series; `timestamps` where asked for. */
export function instantOf(
  store: SeriesStore,
  bounds: TickBounds,
  { ids, born, length }: SelectedSeries,
  values: Float64Array,
  present: Uint8Array,
  timestamps: Float64Array | undefined,
): void {
  const { records, latest } = store.columns;
  const { pages } = store.values.slab;
  const { ticks } = bounds;
  for (let i = 0; i < length; i++) {
    present[i] = 0;
    const id = ids[i] ?? 0;
    const at = id * RECORD;
    if (records[at + BORN] !== born[i]) continue;
    const block = records[at + BLOCK] ?? 0;
    const range = bounds.of(block);
    const low = ticks[range + LOW] ?? 0;
    const high = ticks[range + HIGH] ?? 0;
    let tick = records[at + LAST] ?? 0;
    // Most often the last value is the newest, and nothing is behind it.
    if (tick < high && records[at + END] === tick + 1) {
      if (tick < low) continue;
      values[i] = latest[id] ?? 0;
    } else {
      tick = newestTick(store, records, at, low, high);
      if (tick < low) continue;
      const slot = (records[at + RING] ?? 0) + (tick & (records[at + MASK] ?? 0));
      values[i] = pages[slot >>> PAGE_BITS]?.[slot & PAGE_MASK] ?? 0;
    }
    present[i] = 1;
    if (timestamps === undefined) continue;
    // The time of the last tick in the range is at hand.
    timestamps[i] =
      (tick + 1 === high ? bounds.times[block * 2 + 1] : store.blocks[block]?.times.get(tick)) ?? 0;
  }
}

/** The newest tick of `[low, high)` with a value, -1 when there is none or a stale marker comes after it. */
function newestTick(store: SeriesStore, records: Int32Array, at: number, low: number, high: number): number {
  const last = records[at + LAST] ?? 0;
  if (last >= high) return newestBefore(store, records, at, low, high);
  if (last < low || (endsStale(records, at) && high >= (records[at + END] ?? 0))) return -1;
  // The ring may have gone on to markers behind the last value.
  return last >= store.values.oldest(at) ? last : -1;
}

/** The same where the series goes on after the range. */
function newestBefore(
  store: SeriesStore,
  records: Int32Array,
  at: number,
  low: number,
  high: number,
): number {
  const oldest = Math.max(low, store.values.oldest(at));
  let tick = high - 1;
  if (tick >= (records[at + SOLID] ?? 0)) return tick < oldest ? -1 : tick;
  while (tick >= oldest && store.values.isMarked(at, tick)) {
    if (store.values.isStale(at, tick)) return -1;
    tick--;
  }
  return tick < oldest ? -1 : tick;
}
