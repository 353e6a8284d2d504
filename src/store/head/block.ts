import { IdList } from './id-list.ts';
import { RowIds } from './row-ids.ts';
import { BLOCK, END, endsStale, LAST, METRIC, RECORD } from './series-columns.ts';
import type { SeriesStore } from './series-store.ts';
import { MIN_RING } from './slab.ts';
import { BLOCK_RECORD, FIRST, firstAfter, STOP, TimeRing } from './time-ring.ts';

/** Who writes a block: a poll or a log (`gauge`), derivation from events, or rules. */
export type BlockKind = 'gauge' | 'derived' | 'rule';

/** What a series without a value at a tick gets: nothing, a stale marker, or its last value again. */
export type Fill = 'gap' | 'stale' | 'carry';

/** How far in the future a stamp may lie, in ms. */
export const FUTURE_MS = 30_000;

export interface BlockName {
  readonly kind: BlockKind;
  /** The dataset, or the name of who writes the samples. */
  readonly source: string;
  readonly tenant: string;
}

/** A set of series with the same timestamps: what one poll of a dataset yields for one tenant. */
export class Block implements BlockName {
  /** For the log. */
  readonly id: number;
  /** Its place among the blocks there are; given to another when this one is gone. */
  readonly index: number;
  readonly kind: BlockKind;
  readonly source: string;
  readonly tenant: string;
  /** Times by tick, rising; ticks `[first, end)` are there. */
  readonly times: TimeRing;
  /** Its tenant was removed, and nothing was written since. */
  retired = false;
  /** Ids of its series. */
  readonly series = new IdList();
  nextNumber = 1;
  /** Ids by row of a gauge dataset, one for each metric, -1 for none; kept by those who ingest. */
  readonly rows = new RowIds();
  /** The series that got a value or a stale marker since `begin`. */
  readonly puts = new IdList();
  readonly #store: SeriesStore;
  #reopened = false;
  /** The longest window of its series; NaN when that has to be found out. */
  #windowMs = Number.NaN;

  constructor(store: SeriesStore, id: number, index: number, { kind, source, tenant }: BlockName) {
    this.#store = store;
    this.id = id;
    this.index = index;
    this.kind = kind;
    this.source = source;
    this.tenant = tenant;
    this.times = new TimeRing(store, index);
  }

  get first(): number {
    return this.#store.blockRecords[this.index * BLOCK_RECORD + FIRST] ?? 0;
  }

  set first(tick: number) {
    this.#store.blockRecords[this.index * BLOCK_RECORD + FIRST] = tick;
  }

  get end(): number {
    return this.#store.blockRecords[this.index * BLOCK_RECORD + STOP] ?? 0;
  }

  set end(tick: number) {
    this.#store.blockRecords[this.index * BLOCK_RECORD + STOP] = tick;
  }

  /** The time of the last tick, -Infinity before the first. */
  get lastTime(): number {
    return this.end > this.first ? this.times.get(this.end - 1) : Number.NEGATIVE_INFINITY;
  }

  /** How far the last tick is from the one before it, in ms; Infinity where that is not there. */
  get lastSpacing(): number {
    return this.end - this.first > 1
      ? this.lastTime - this.times.get(this.end - 2)
      : Number.POSITIVE_INFINITY;
  }

  /** The longest window of its series, in ms. */
  get windowMs(): number {
    if (Number.isNaN(this.#windowMs)) this.#windowMs = this.#longestWindow();
    return this.#windowMs;
  }

  /** Takes up a series. */
  add(id: number): void {
    const { columns, metrics } = this.#store;
    this.series.push(id);
    // NaN stays NaN.
    this.#windowMs = Math.max(
      this.#windowMs,
      metrics.windowMs[columns.records[id * RECORD + METRIC] ?? 0] ?? 0,
    );
  }

  /** Windows have changed, or series have gone. */
  forgetWindow(): void {
    this.#windowMs = Number.NaN;
  }

  /** Opens a tick at `time`, or again the last one if it has this time. False when the block is past it. */
  begin(time: number, keepFrom: number): boolean {
    this.puts.clear();
    this.#reopened = time === this.lastTime;
    if (this.#reopened) return true;
    if (time < this.lastTime) return false;
    this.evict(keepFrom);
    const { capacity } = this.times;
    const isFull = this.end - this.first === capacity;
    if (isFull && !this.times.resize(capacity * 2, this.first, this.end)) this.first++;
    this.times.set(this.end++, time);
    this.#store.touch(this.index);
    return true;
  }

  /** Moves the last tick on to `time`. */
  advance(time: number): void {
    this.times.set(this.end - 1, time);
    this.#store.touch(this.index);
  }

  /** The series' value at the open tick. */
  put(id: number, value: number): void {
    this.#store.values.put(this, id, this.end - 1, value);
    this.puts.push(id);
  }

  /** The series is known to be gone at the open tick. */
  putStale(id: number): void {
    this.#store.values.miss(this, id, this.end - 1);
    this.puts.push(id);
  }

  /**
   * Closes the tick. Series without a value are filled as `fill` says; with `stale`, those that had one in the last
   * `span` ticks, which are of the same poll, are not missing.
   */
  finish(fill: Fill, span: number): void {
    if (this.#reopened || fill === 'gap') return;
    const { columns, values } = this.#store;
    const tick = this.end - 1;
    const { ids, length } = this.series;
    for (let i = 0; i < length; i++) {
      const id = ids[i] ?? 0;
      const last = columns.records[id * RECORD + LAST] ?? 0;
      if (last === tick) continue;
      if (fill === 'stale') {
        if (last <= tick - span && !endsStale(columns.records, id * RECORD)) values.miss(this, id, tick);
      } else {
        const latest = columns.latest[id] ?? Number.NaN;
        if (!Number.isNaN(latest)) values.put(this, id, tick, latest);
      }
    }
  }

  /** Drops ticks after `time`: the clock was set back, and they would bar the way for as long as it was. */
  rewind(time: number): void {
    if (this.lastTime <= time) return;
    while (this.lastTime > time) this.end--;
    for (const id of this.series) this.#store.values.rewind(id, this.end);
    this.#store.touch(this.index);
  }

  /** Drops ticks before `time`. */
  evict(time: number): void {
    const { first } = this;
    while (this.first < this.end && this.times.get(this.first) < time) this.first++;
    if (this.first > first) this.#store.touch(this.index);
  }

  /** Gives memory back where rings are nearly empty. @param now the time windows end at */
  shrink(now: number): void {
    const { capacity } = this.times;
    if (capacity > MIN_RING && (this.end - this.first) * 4 < capacity)
      this.times.resize(capacity / 2, this.first, this.end);
    const { ids, length } = this.series;
    for (let i = 0; i < length; i++) {
      const id = ids[i] ?? 0;
      this.#store.values.shrink(id, this.end - this.firstIn(now, id));
    }
  }

  /** The first tick that is in the series' window. */
  firstIn(now: number, id: number): number {
    const { columns, metrics } = this.#store;
    const windowMs = metrics.windowMs[columns.records[id * RECORD + METRIC] ?? 0] ?? 0;
    // Most series have their block's window.
    if (windowMs >= this.windowMs) return this.first;
    return firstAfter(this.#store, this.index * BLOCK_RECORD, now - windowMs, this.first);
  }

  /** Whether nothing of the series is left in its metric's window. */
  isOver(now: number, id: number): boolean {
    return (this.#store.columns.records[id * RECORD + END] ?? 0) <= this.firstIn(now, id);
  }

  /** Forgets the rows of series that are no longer there. */
  forgetRows(): void {
    const { records } = this.#store.columns;
    for (const [key, ids] of this.rows) {
      let left = 0;
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i] ?? -1;
        if (id >= 0 && records[id * RECORD + BLOCK] === this.index) left++;
        else ids[i] = -1;
      }
      if (left === 0) this.rows.delete(key);
    }
  }

  #longestWindow(): number {
    const { columns, metrics } = this.#store;
    let longest = 0;
    for (const id of this.series) {
      const metric = columns.records[id * RECORD + METRIC] ?? 0;
      longest = Math.max(longest, metrics.windowMs[metric] ?? 0);
    }
    return longest > 0 ? longest : metrics.windows.defaultMs;
  }
}
