import type { TimeRange } from '../../model/series.ts';
import type { SeriesStore } from './series-store.ts';
import { BLOCK_RECORD, firstAfter, timeAt } from './time-ring.ts';

// The fields of a block's bounds.
/** The version of the block that they are of, -1 when they are not known. */
const SEEN = 0;
/** The first tick in the range. */
export const LOW = 1;
/** After the last tick in the range. */
export const HIGH = 2;
export const BOUNDS = 4;

/** How many ranges are remembered: those of one round of all rules, and some of the next. */
const MAX_RANGES = 64;

/** Which ticks of each block are in the range `(start, end]`: found once for all its series. */
export class TickBounds {
  start = Number.NaN;
  end = Number.NaN;
  /** The fields of block `index` begin at `index * BOUNDS`; `of` brings them up to date. */
  ticks = new Int32Array(0);
  /** The times of the first and the last tick in the range of block `index` are at `index * 2`. */
  times = new Float64Array(0);
  readonly #store: SeriesStore;

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  /** Goes on to another range; the bounds of this one say where to begin to look. */
  move(start: number, end: number): void {
    this.start = start;
    this.end = end;
    for (let at = SEEN; at < this.ticks.length; at += BOUNDS) this.ticks[at] = -1;
  }

  /** Makes room for all blocks there are. */
  reserve(): void {
    const size = this.#store.versions.length * BOUNDS;
    if (this.ticks.length >= size) return;
    const ticks = new Int32Array(size).fill(-1);
    ticks.set(this.ticks);
    this.ticks = ticks;
    const times = new Float64Array(this.#store.versions.length * 2);
    times.set(this.times);
    this.times = times;
  }

  /** Where the fields of a block begin, brought up to date. */
  of(index: number): number {
    const at = index * BOUNDS;
    if (this.ticks[at + SEEN] !== this.#store.versions[index]) this.#update(index);
    return at;
  }

  #update(index: number): void {
    const at = index * BOUNDS;
    if (at >= this.ticks.length) this.reserve();
    const store = this.#store;
    const low = firstAfter(store, index * BLOCK_RECORD, this.start, this.ticks[at + LOW] ?? 0);
    const high = firstAfter(store, index * BLOCK_RECORD, this.end, this.ticks[at + HIGH] ?? 0);
    this.ticks[at + LOW] = low;
    this.ticks[at + HIGH] = high;
    this.ticks[at + SEEN] = store.versions[index] ?? 0;
    this.times[index * 2] = timeAt(store, index * BLOCK_RECORD, low);
    this.times[index * 2 + 1] = timeAt(store, index * BLOCK_RECORD, high - 1);
  }
}

/** The bounds of a range of which the start is part too. */
export function boundsOf(store: SeriesStore, { start, end }: TimeRange): TickBounds {
  const bounds = new TickBounds(store);
  // The number right below the start, which bounds do not take in.
  bounds.move(start - Math.max(Math.abs(start) * Number.EPSILON, Number.MIN_VALUE), end);
  bounds.reserve();
  return bounds;
}

/** The bounds of the ranges asked for last, shared by all who read them. */
export class BoundsCache {
  readonly #store: SeriesStore;
  /** The one used last comes last. */
  readonly #known: TickBounds[] = [];

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  /** The bounds of a range. They may move on to another one later: whoever keeps them checks that. */
  of(start: number, end: number): TickBounds {
    const known = this.#known;
    let found = known.findLastIndex((bounds) => bounds.start === start && bounds.end === end);
    if (found < 0) {
      found = this.#nearest(start, end);
      known[found]?.move(start, end);
    }
    const [bounds = new TickBounds(this.#store)] = known.splice(found, 1);
    known.push(bounds);
    bounds.reserve();
    return bounds;
  }

  /** Where the bounds are that have least to move: those of a range as long, before this one. */
  #nearest(start: number, end: number): number {
    let nearest = -1;
    for (const [i, bounds] of this.#known.entries()) {
      if (Math.abs(bounds.end - bounds.start - (end - start)) > 1 || bounds.start > start) continue;
      if (nearest < 0 || bounds.start > (this.#known[nearest]?.start ?? 0)) nearest = i;
    }
    const isNear = nearest >= 0 && start - (this.#known[nearest]?.start ?? 0) <= NEAR_MS;
    if (isNear) return nearest;
    if (this.#known.length >= MAX_RANGES) return 0;
    return this.#known.push(new TickBounds(this.#store)) - 1;
  }
}

/** A range this much before is taken for that of an earlier round. */
const NEAR_MS = 120_000;
