import type { Labels } from '../../model/labels.ts';
import type { TimeRange } from '../../model/series.ts';
import { HeadSeries } from './head-series.ts';
import { MIN_CAPACITY, Ring } from './ring.ts';

/** Who writes a block: a poll or a log (`gauge`), derivation from events, rules, or pages of other heads. */
export type BlockKind = 'gauge' | 'derived' | 'rule' | 'page';

/** What a series without a value at a tick gets: nothing, a stale marker, or its last value again. */
export type Fill = 'gap' | 'stale' | 'carry';

/** How far in the future a stamp may lie, in ms. */
export const FUTURE_MS = 30_000;

/** A set of series with the same timestamps: what one poll of a dataset yields for one tenant. */
export class Block {
  readonly id: number;
  readonly kind: BlockKind;
  /** The dataset, or the name of who writes the samples. */
  readonly source: string;
  readonly tenant: string;
  /** Times by tick, rising; ticks `[first, end)` are there. */
  readonly times = new Ring();
  first = 0;
  end = 0;
  /** Its tenant was removed, and nothing was written since. */
  retired = false;
  readonly series = new Map<number, HeadSeries>();
  nextNumber = 1;
  /** Series by row of a gauge dataset, one for each metric; kept by those who ingest. */
  readonly rows = new Map<string, (HeadSeries | undefined)[]>();
  /** The series that got a value or a stale marker since `begin`. */
  readonly puts: HeadSeries[] = [];
  #reopened = false;
  #bounds = { start: Number.NaN, end: Number.NaN, at: -1, from: 0, to: 0 };

  constructor(id: number, kind: BlockKind, source: string, tenant: string) {
    this.id = id;
    this.kind = kind;
    this.source = source;
    this.tenant = tenant;
  }

  /** The time of the last tick, -Infinity before the first. */
  get lastTime(): number {
    return this.end > this.first ? this.times.get(this.end - 1) : Number.NEGATIVE_INFINITY;
  }

  /** Adds a series, which has no samples yet. */
  add(labels: Labels, number = this.nextNumber): HeadSeries {
    const series = new HeadSeries(this, number, labels);
    this.nextNumber = Math.max(this.nextNumber, number + 1);
    this.series.set(number, series);
    return series;
  }

  /** Opens a tick at `time`, or again the last one if it has this time. False when the block is past it. */
  begin(time: number, keepFrom: number): boolean {
    this.puts.length = 0;
    this.#reopened = time === this.lastTime;
    if (this.#reopened) return true;
    if (time < this.lastTime) return false;
    this.evict(keepFrom);
    if (this.end - this.first === this.times.capacity) this.#resize(this.times.capacity * 2);
    this.times.set(this.end++, time);
    return true;
  }

  /** How far the last tick is from the one before it, in ms; Infinity where that is not there. */
  get lastSpacing(): number {
    return this.end - this.first > 1
      ? this.lastTime - this.times.get(this.end - 2)
      : Number.POSITIVE_INFINITY;
  }

  /** Moves the last tick on to `time`. */
  advance(time: number): void {
    this.times.set(this.end - 1, time);
    this.#bounds.at = -1;
  }

  /** The series' value at the open tick. */
  put(series: HeadSeries, value: number): void {
    series.put(this.end - 1, value);
    this.puts.push(series);
  }

  /** The series is known to be gone at the open tick. */
  putStale(series: HeadSeries): void {
    series.miss(this.end - 1);
    series.written = this.end - 1;
    this.puts.push(series);
  }

  /**
   * Closes the tick. Series without a value are filled as `fill` says; with `stale`, those that had one in the last
   * `span` ticks, which are of the same poll, are not missing.
   */
  finish(fill: Fill, span: number): void {
    if (this.#reopened) return;
    const tick = this.end - 1;
    for (const series of this.series.values()) {
      if (series.written === tick) continue;
      if (fill === 'carry' && !Number.isNaN(series.latest)) series.put(tick, series.latest);
      else if (fill === 'stale' && series.last <= tick - span) series.miss(tick);
      else series.skip(tick);
    }
  }

  /** Drops ticks after `time`: the clock was set back, and they would bar the way for as long as it was. */
  rewind(time: number): void {
    if (this.lastTime <= time) return;
    while (this.lastTime > time) this.end--;
    for (const series of this.series.values()) series.rewind(this.end);
    this.#bounds.at = -1;
  }

  /** Drops ticks before `time`. */
  evict(time: number): void {
    while (this.first < this.end && this.times.get(this.first) < time) this.first++;
    if (this.#bounds.from < this.first) this.#bounds.at = -1;
  }

  /** Gives memory back when the ring is nearly empty. */
  shrink(): void {
    const { capacity } = this.times;
    if (capacity > MIN_CAPACITY && (this.end - this.first) * 4 < capacity) this.#resize(capacity / 2);
  }

  /** The ticks `[from, to)` in a range of time. The last answer is kept, as a block's series are asked for together. */
  ticksIn({ start, end }: TimeRange): { readonly from: number; readonly to: number } {
    const known = this.#bounds;
    if (known.start !== start || known.end !== end || known.at !== this.end) {
      this.#bounds = { start, end, at: this.end, from: this.#search(start), to: this.#search(end, true) };
    }
    return this.#bounds;
  }

  /** The first tick at or after `time`; with `after`, after it. */
  #search(time: number, after = false): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.times.get(middle);
      if (at < time || (after && at === time)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #resize(capacity: number): void {
    this.times.resize(capacity, this.first, this.end);
    for (const series of this.series.values()) series.values.resize(capacity, this.first, this.end);
  }
}
