import type { Labels } from '../../model/labels.ts';

// The fields of a series in its record. Ticks are those of its block.
/** The number of its block; -1 when it is no longer in the head. */
export const BLOCK = 0;
/** The first slot of its ring; what follows is the ring's capacity less 1, -1 while it has none. */
export const RING = 1;
export const MASK = 2;
/** The first tick that the ring may still have: that of the first value, or a later one. */
export const BIRTH = 3;
/** The last tick with a value, -1 before the first. */
export const LAST = 4;
/** After the last tick that was written: that value, or the first stale marker behind it. */
export const END = 5;
/** From this tick on to the last, each has a value. */
export const SOLID = 6;
/** From this tick on to the last, no value is below the one before it. */
export const RESET = 7;
/** Which birth of all this was, from 1 on: who finds another number knows another series. 0 when it is gone. */
export const BORN = 8;
/** Its number in the block, for the log; of one that is gone, how many lists still hold it. */
export const NUMBER = 9;
/** The number of its metric's name. */
export const METRIC = 10;
/** The hash of its labels. */
export const HASH = 11;
export const RECORD = 12;

/** What is known of each series, by its id. An id is used again. */
export class SeriesColumns {
  /** The fields of series `id` begin at `id * RECORD`. Another array when there are more series. */
  records = new Int32Array(RECORD * 256);
  /** The last value, whatever came after it; carried forward where the block says so. */
  latest = new Float64Array(256);
  readonly labels: (Labels | undefined)[] = [];
  #free: number[] = [];
  #count = 0;

  /** An id for a new series; its fields mean nothing yet. */
  take(): number {
    const id = this.#free.pop();
    if (id !== undefined) return id;
    if (this.#count === this.latest.length) this.#grow();
    this.labels.push(undefined);
    return this.#count++;
  }

  release(id: number): void {
    this.#free.push(id);
  }

  #grow(): void {
    const capacity = this.#count * 2;
    const records = new Int32Array(capacity * RECORD);
    records.set(this.records);
    this.records = records;
    const latest = new Float64Array(capacity);
    latest.set(this.latest);
    this.latest = latest;
  }
}

/** Whether the last value of the series whose record begins at `at` is followed by a stale marker. */
export function endsStale(records: Int32Array, at: number): boolean {
  return (records[at + END] ?? 0) > (records[at + LAST] ?? 0) + 1;
}
