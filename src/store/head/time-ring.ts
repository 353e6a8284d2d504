import { MAX_RING, MIN_RING, PAGE_BITS, PAGE_MASK, type Slab } from './slab.ts';

// The fields of a block in its record.
/** The first slot of the ring of its times, and the ring's capacity less 1. */
export const TIMES = 0;
export const TIMES_MASK = 1;
/** Ticks `[FIRST, STOP)` are there. */
export const FIRST = 2;
export const STOP = 3;
export const BLOCK_RECORD = 4;

const NO_TIMES = new Float64Array();

/** What is known of all blocks, by their numbers. */
export interface BlockColumns {
  /** The fields of block `index` begin at `index * BLOCK_RECORD`. Another array when there are more blocks. */
  readonly blockRecords: Int32Array;
  readonly slab: Slab;
}

/** The times of a block's ticks; the ring holds the last `capacity` (a power of 2) of them. */
export class TimeRing {
  readonly #columns: BlockColumns;
  readonly #at: number;

  constructor(columns: BlockColumns, index: number) {
    this.#columns = columns;
    this.#at = index * BLOCK_RECORD;
    columns.blockRecords[this.#at + TIMES] = columns.slab.allocate(MIN_RING);
    columns.blockRecords[this.#at + TIMES_MASK] = MIN_RING - 1;
  }

  get capacity(): number {
    return (this.#columns.blockRecords[this.#at + TIMES_MASK] ?? 0) + 1;
  }

  get(tick: number): number {
    return timeAt(this.#columns, this.#at, tick);
  }

  set(tick: number, time: number): void {
    const { blockRecords, slab } = this.#columns;
    const slot = slotOf(blockRecords, this.#at, tick);
    const page = slab.pages[slot >>> PAGE_BITS];
    if (page !== undefined) page[slot & PAGE_MASK] = time;
  }

  /** Makes room for `capacity` ticks and keeps those of `[from, to)`, which must fit. False when that is too many. */
  resize(capacity: number, from: number, to: number): boolean {
    if (capacity > MAX_RING) return false;
    const { blockRecords, slab } = this.#columns;
    const ring = slab.allocate(capacity);
    const page = slab.pages[ring >>> PAGE_BITS] ?? NO_TIMES;
    for (let tick = from; tick < to; tick++)
      page[(ring & PAGE_MASK) + (tick & (capacity - 1))] = this.get(tick);
    this.free();
    blockRecords[this.#at + TIMES] = ring;
    blockRecords[this.#at + TIMES_MASK] = capacity - 1;
    return true;
  }

  free(): void {
    this.#columns.slab.free(this.#columns.blockRecords[this.#at + TIMES] ?? 0);
  }
}

/** The time of a tick of the block whose record begins at `at`. */
export function timeAt({ blockRecords, slab }: BlockColumns, at: number, tick: number): number {
  const slot = slotOf(blockRecords, at, tick);
  return slab.pages[slot >>> PAGE_BITS]?.[slot & PAGE_MASK] ?? 0;
}

/** The first tick of the block whose record begins at `at` that is after `time`; looked for from `guess` on. */
export function firstAfter(
  { blockRecords, slab }: BlockColumns,
  at: number,
  time: number,
  guess: number,
): number {
  const ring = blockRecords[at + TIMES] ?? 0;
  const mask = blockRecords[at + TIMES_MASK] ?? 0;
  const first = blockRecords[at + FIRST] ?? 0;
  const stop = blockRecords[at + STOP] ?? 0;
  const page = slab.pages[ring >>> PAGE_BITS] ?? NO_TIMES;
  const base = ring & PAGE_MASK;
  let low = first;
  let high = stop;
  let middle = guess;
  // Most often the answer is the guess, or the tick after it.
  for (let step = 0; low < high; step++) {
    if (step > 1 || middle < low || middle >= high) middle = (low + high) >>> 1;
    if ((page[base + (middle & mask)] ?? 0) <= time) {
      low = middle + 1;
      if (step === 0) middle++;
    } else {
      high = middle;
      if (step === 0) middle--;
    }
  }
  return low;
}

function slotOf(records: Int32Array, at: number, tick: number): number {
  return (records[at + TIMES] ?? 0) + (tick & (records[at + TIMES_MASK] ?? 0));
}
