import type { Edges, Window } from '../../model/selection.ts';
import { BLOCK, LAST, MASK, RECORD, RESET, RING, SOLID } from './series-columns.ts';
import type { SeriesStore } from './series-store.ts';
import { PAGE_BITS, PAGE_MASK } from './slab.ts';
import { BOUNDS, HIGH, LOW, type TickBounds } from './tick-bounds.ts';
import { BLOCK_RECORD, TIMES, TIMES_MASK } from './time-ring.ts';
import { WindowBuffer } from './window-buffer.ts';

const NO_VALUES = new Float64Array();

/** Reads the samples of one series in a range, into arrays that are used again for the next. */
export class RangeReader {
  readonly #store: SeriesStore;
  readonly #window = new WindowBuffer((into) => this.#readTimes(into));
  readonly #edges = { count: 0, firstTime: 0, firstValue: 0, lastTime: 0, lastValue: 0, rises: false };
  /** The ticks `[from, to)` of the series that were found in the range. */
  #from = 0;
  #to = 0;
  /** The number of its block, and where its record begins. */
  #block = 0;
  #at = 0;
  /** Whether it has no value at some of them. */
  #hasHoles = false;

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  /** The samples, undefined when there are none. */
  window(bounds: TickBounds, id: number): Window | undefined {
    if (!this.#find(bounds, id)) return undefined;
    const { records } = this.#store.columns;
    const at = this.#at;
    const window = this.#window;
    window.begin(this.#to - this.#from);
    this.#hasHoles = this.#from < (records[at + SOLID] ?? 0);
    if (this.#hasHoles) return this.#readAround();
    const ring = records[at + RING] ?? 0;
    const page = this.#store.values.slab.pages[ring >>> PAGE_BITS] ?? NO_VALUES;
    copyRing(page, ring & PAGE_MASK, records[at + MASK] ?? 0, this.#from, this.#to, window.values);
    return window;
  }

  /** The ends of the samples, undefined when there are none. */
  edges(bounds: TickBounds, id: number): Edges | undefined {
    if (!this.#find(bounds, id)) return undefined;
    const { records, latest } = this.#store.columns;
    const at = this.#at;
    let from = this.#from;
    let last = this.#to - 1;
    let count = this.#to - from;
    if (from < (records[at + SOLID] ?? 0)) {
      const { values } = this.#store;
      while (from <= last && values.isMarked(at, from)) from++;
      while (from < last && values.isMarked(at, last)) last--;
      if (from > last) return undefined;
      count = 0;
      for (let tick = from; tick <= last; tick++) if (!values.isMarked(at, tick)) count++;
    }
    const ring = records[at + RING] ?? 0;
    const mask = records[at + MASK] ?? 0;
    const page = this.#store.values.slab.pages[ring >>> PAGE_BITS] ?? NO_VALUES;
    const base = ring & PAGE_MASK;
    const edges = this.#edges;
    edges.count = count;
    edges.firstTime = this.#timeOf(bounds, from);
    edges.firstValue = page[base + (from & mask)] ?? 0;
    edges.lastTime = this.#timeOf(bounds, last);
    // The last value of all is at hand, in memory that is read in order.
    edges.lastValue = (last === records[at + LAST] ? latest[id] : page[base + (last & mask)]) ?? 0;
    edges.rises = from >= (records[at + RESET] ?? 0);
    return edges;
  }

  /** The time of a tick of the series' block; that of an end of the range is at hand. */
  #timeOf({ ticks, times }: TickBounds, tick: number): number {
    const range = this.#block * BOUNDS;
    if (tick === ticks[range + LOW]) return times[this.#block * 2] ?? 0;
    if (tick + 1 === ticks[range + HIGH]) return times[this.#block * 2 + 1] ?? 0;
    return this.#store.blocks[this.#block]?.times.get(tick) ?? 0;
  }

  /** Finds the ticks from the first to the last of the series in the range; false when there is none. */
  #find(bounds: TickBounds, id: number): boolean {
    const { columns, values } = this.#store;
    const { records } = columns;
    const at = id * RECORD;
    const block = records[at + BLOCK] ?? 0;
    const range = bounds.of(block);
    this.#from = Math.max(bounds.ticks[range + LOW] ?? 0, values.oldest(at));
    this.#to = Math.min(bounds.ticks[range + HIGH] ?? 0, (records[at + LAST] ?? 0) + 1);
    this.#block = block;
    this.#at = at;
    return this.#from < this.#to;
  }

  /** The values of a series that has none at some ticks of the range. */
  #readAround(): Window | undefined {
    const window = this.#window;
    const { values } = this.#store;
    let length = 0;
    for (let tick = this.#from; tick < this.#to; tick++) {
      if (!values.isMarked(this.#at, tick)) window.values[length++] = values.value(this.#at, tick);
    }
    window.length = length;
    return length === 0 ? undefined : window;
  }

  #readTimes(into: Float64Array): void {
    if (this.#hasHoles) return this.#readTimesAround(into);
    const { blockRecords, slab } = this.#store;
    const at = this.#block * BLOCK_RECORD;
    const ring = blockRecords[at + TIMES] ?? 0;
    const page = slab.pages[ring >>> PAGE_BITS] ?? NO_VALUES;
    copyRing(page, ring & PAGE_MASK, blockRecords[at + TIMES_MASK] ?? 0, this.#from, this.#to, into);
  }

  #readTimesAround(into: Float64Array): void {
    const { values, blocks } = this.#store;
    const times = blocks[this.#block]?.times;
    let length = 0;
    for (let tick = this.#from; tick < this.#to; tick++) {
      if (!values.isMarked(this.#at, tick)) into[length++] = times?.get(tick) ?? 0;
    }
  }
}

/** Copies the ticks `[from, to)` of a ring, which begins at `base` of `source`, to the beginning of `target`. */
function copyRing(
  source: Float64Array,
  base: number,
  mask: number,
  from: number,
  to: number,
  target: Float64Array,
): void {
  const start = base + (from & mask);
  const straight = Math.min(to - from, mask + 1 - (from & mask));
  for (let i = 0; i < straight; i++) target[i] = source[start + i] ?? 0;
  for (let i = straight; i < to - from; i++) target[i] = source[base + i - straight] ?? 0;
}
