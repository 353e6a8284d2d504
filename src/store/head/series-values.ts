import type { Block } from './block.ts';
import { isMarked, isMarkedStale, writeGap, writeStale } from './gap.ts';
import type { MetricTable } from './metric-windows.ts';
import {
  BIRTH,
  END,
  endsStale,
  LAST,
  MASK,
  METRIC,
  RECORD,
  RESET,
  RING,
  SOLID,
  type SeriesColumns,
} from './series-columns.ts';
import { MAX_RING, MIN_RING, PAGE_BITS, PAGE_MASK, Slab } from './slab.ts';

const NO_WORDS = new Uint32Array();

/**
 * The values of all series: a ring each, as long as its metric's window has ticks. What lies behind a series' end is
 * not written: a gap or a stale run costs nothing until a value follows it.
 */
export class SeriesValues {
  readonly slab = new Slab();
  readonly #columns: SeriesColumns;
  readonly #metrics: MetricTable;

  constructor(columns: SeriesColumns, metrics: MetricTable) {
    this.#columns = columns;
    this.#metrics = metrics;
  }

  /** Writes the value at `tick`, the last of its block or, right after the birth, the one before it. */
  put(block: Block, id: number, tick: number, value: number): void {
    const { records, latest } = this.#columns;
    const at = id * RECORD;
    const last = records[at + LAST] ?? 0;
    // Markers behind values that have left the window end nothing: a reader does not see them.
    if (last < block.first) {
      records[at + BIRTH] = tick;
      records[at + SOLID] = tick;
      records[at + RESET] = tick;
    }
    if (tick > (records[at + MASK] ?? 0) + (records[at + BIRTH] ?? 0)) this.#makeRoom(block, at, tick);
    if (last < tick - 1 && last >= block.first) this.#bridge(at, tick);
    const slot = (records[at + RING] ?? 0) + (tick & (records[at + MASK] ?? 0));
    const page = this.slab.pages[slot >>> PAGE_BITS];
    // A NaN that was read from somewhere may carry the payload of a marker.
    const plain = value === value ? value : Number.NaN;
    if (page !== undefined) page[slot & PAGE_MASK] = plain;
    if (!(plain >= (latest[id] ?? 0))) records[at + RESET] = tick;
    latest[id] = plain;
    records[at + LAST] = tick;
    records[at + END] = tick + 1;
  }

  /** The series was looked for at `tick` and is gone. */
  miss(block: Block, id: number, tick: number): void {
    const { records } = this.#columns;
    const at = id * RECORD;
    if ((records[at + LAST] ?? 0) >= tick) this.rewind(id, tick);
    // A marker behind values that have left the window would end nothing.
    if ((records[at + LAST] ?? 0) < block.first || endsStale(records, at)) return;
    this.#makeRoom(block, at, tick);
    this.#fill(at, records[at + END] ?? 0, tick, writeGap);
    this.#fill(at, tick, tick + 1, writeStale);
    records[at + END] = tick + 1;
  }

  /** Forgets what was written at `end` and later. */
  rewind(id: number, end: number): void {
    const { records, latest } = this.#columns;
    const at = id * RECORD;
    const written = Math.min(records[at + END] ?? 0, end);
    if (written === records[at + END]) return;
    // What was written after `end` has taken the place of what is older.
    const oldest = this.oldest(at);
    records[at + BIRTH] = oldest;
    let last = Math.min(records[at + LAST] ?? 0, written - 1);
    while (last >= oldest && this.isMarked(at, last)) last--;
    if (last < oldest) {
      records[at + LAST] = -1;
      records[at + END] = 0;
      return;
    }
    latest[id] = this.value(at, last);
    records[at + LAST] = last;
    records[at + SOLID] = Math.min(records[at + SOLID] ?? 0, last);
    records[at + RESET] = Math.min(records[at + RESET] ?? 0, last);
    let stale = last + 1;
    while (stale < written && !this.isStale(at, stale)) stale++;
    records[at + END] = stale < written ? stale + 1 : last + 1;
  }

  /** The first tick that the ring of the record at `at` still has. */
  oldest(at: number): number {
    const { records } = this.#columns;
    return Math.max(records[at + BIRTH] ?? 0, (records[at + END] ?? 0) - (records[at + MASK] ?? 0) - 1);
  }

  value(at: number, tick: number): number {
    const slot = this.#slot(at, tick);
    return this.slab.pages[slot >>> PAGE_BITS]?.[slot & PAGE_MASK] ?? Number.NaN;
  }

  /** Whether there is no value at a tick. */
  isMarked(at: number, tick: number): boolean {
    const slot = this.#slot(at, tick);
    return isMarked(this.slab.words[slot >>> PAGE_BITS] ?? NO_WORDS, slot & PAGE_MASK);
  }

  isStale(at: number, tick: number): boolean {
    const slot = this.#slot(at, tick);
    return isMarkedStale(this.slab.words[slot >>> PAGE_BITS] ?? NO_WORDS, slot & PAGE_MASK);
  }

  /** Gives back the ring of the series. */
  free(id: number): void {
    const { records } = this.#columns;
    const at = id * RECORD;
    if ((records[at + MASK] ?? 0) >= 0) this.slab.free(records[at + RING] ?? 0);
    records[at + MASK] = -1;
  }

  /** Gives back half a ring that is nearly empty. */
  shrink(id: number, ticks: number): void {
    const at = id * RECORD;
    const capacity = (this.#columns.records[at + MASK] ?? 0) + 1;
    const end = this.#columns.records[at + END] ?? 0;
    if (capacity > MIN_RING && ticks * 4 < capacity)
      this.#resize(at, capacity / 2, Math.max(this.oldest(at), end - capacity / 2));
  }

  #slot(at: number, tick: number): number {
    const { records } = this.#columns;
    return (records[at + RING] ?? 0) + (tick & (records[at + MASK] ?? 0));
  }

  /** The ticks between the end and `tick` had no value, and perhaps the series was stale by then. */
  #bridge(at: number, tick: number): void {
    const { records } = this.#columns;
    const end = records[at + END] ?? 0;
    this.#fill(at, end, tick, endsStale(records, at) ? writeStale : writeGap);
    records[at + SOLID] = tick;
  }

  #fill(at: number, from: number, to: number, write: (words: Uint32Array, slot: number) => void): void {
    const capacity = (this.#columns.records[at + MASK] ?? 0) + 1;
    for (let tick = Math.max(from, to - capacity); tick < to; tick++) {
      const slot = this.#slot(at, tick);
      write(this.slab.words[slot >>> PAGE_BITS] ?? NO_WORDS, slot & PAGE_MASK);
    }
  }

  /** Lets the ring grow where `tick` would take the place of one that is in the metric's window. */
  #makeRoom(block: Block, at: number, tick: number): void {
    const { records } = this.#columns;
    const mask = records[at + MASK] ?? 0;
    if (mask < 0) return this.#resize(at, MIN_RING, tick);
    const overwritten = tick - mask - 1;
    const oldest = Math.max(this.oldest(at), block.first);
    if (overwritten < oldest) return;
    const keepFrom = block.times.get(tick) - (this.#metrics.windowMs[records[at + METRIC] ?? 0] ?? 0);
    if (block.times.get(overwritten) < keepFrom) return;
    let from = oldest;
    while (block.times.get(from) < keepFrom) from++;
    let capacity = (mask + 1) * 2;
    while (tick - from >= capacity && capacity < MAX_RING) capacity *= 2;
    if (capacity <= MAX_RING) this.#resize(at, capacity, from);
  }

  /** Moves what was written from tick `from` on to another ring. */
  #resize(at: number, capacity: number, from: number): void {
    const { records } = this.#columns;
    const ring = this.slab.allocate(capacity);
    const target = this.slab.words[ring >>> PAGE_BITS] ?? NO_WORDS;
    for (let tick = from; tick < (records[at + END] ?? 0); tick++) {
      const slot = this.#slot(at, tick);
      const source = this.slab.words[slot >>> PAGE_BITS] ?? NO_WORDS;
      const to = ((ring & PAGE_MASK) + (tick & (capacity - 1))) * 2;
      target[to] = source[(slot & PAGE_MASK) * 2] ?? 0;
      target[to + 1] = source[(slot & PAGE_MASK) * 2 + 1] ?? 0;
    }
    if ((records[at + MASK] ?? 0) >= 0) this.slab.free(records[at + RING] ?? 0);
    records[at + BIRTH] = Math.max(records[at + BIRTH] ?? 0, from);
    records[at + RING] = ring;
    records[at + MASK] = capacity - 1;
  }
}
