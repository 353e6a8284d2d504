import type { Matcher } from '../../model/matcher.ts';
import { setStale, type Series, type TimeRange } from '../../model/series.ts';
import { BLOCK, END, RECORD } from './series-columns.ts';
import type { SeriesIndex } from './series-index.ts';
import type { SeriesStore } from './series-store.ts';
import { boundsOf, HIGH, LOW, type TickBounds } from './tick-bounds.ts';

/** Series that satisfy matchers, each with its samples and stale markers in the range; the arrays are views. */
export function* select(
  store: SeriesStore,
  index: SeriesIndex,
  matchers: readonly Matcher[],
  range: TimeRange,
): Iterable<Series> {
  const reader = new SampleReader(store, boundsOf(store, range));
  for (const id of index.select(matchers)) {
    const found = reader.read(id);
    if (found !== undefined) yield found;
  }
}

class SampleReader {
  readonly #store: SeriesStore;
  readonly #bounds: TickBounds;
  #timestamps = new Float64Array(64);
  #values = new Float64Array(64);

  constructor(store: SeriesStore, bounds: TickBounds) {
    this.#store = store;
    this.#bounds = bounds;
  }

  read(id: number): Series | undefined {
    const { columns, values, blocks } = this.#store;
    const at = id * RECORD;
    const block = columns.records[at + BLOCK] ?? 0;
    const range = this.#bounds.of(block);
    const from = Math.max(this.#bounds.ticks[range + LOW] ?? 0, values.oldest(at));
    const to = Math.min(this.#bounds.ticks[range + HIGH] ?? 0, columns.records[at + END] ?? 0);
    const times = blocks[block]?.times;
    if (from >= to || times === undefined) return undefined;
    this.#reserve(to - from);
    let length = 0;
    for (let tick = from; tick < to; tick++) {
      if (values.isStale(at, tick)) setStale(this.#values, length);
      else if (values.isMarked(at, tick)) continue;
      else this.#values[length] = values.value(at, tick);
      this.#timestamps[length++] = times.get(tick);
    }
    return length === 0 ? undefined : this.#series(id, length);
  }

  #series(id: number, length: number): Series {
    return {
      labels: this.#store.columns.labels[id] ?? {},
      timestamps: this.#timestamps.subarray(0, length),
      values: this.#values.subarray(0, length),
    };
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    this.#timestamps = new Float64Array(length * 2);
    this.#values = new Float64Array(length * 2);
  }
}
