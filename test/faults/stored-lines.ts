import { rangesWhere, type Range } from './ranges.ts';

/** What is stored of the lines 0 to `written` - 1. */
export interface StoredCounts {
  /** Lines that are stored at least once. */
  readonly distinct: number;
  /** Documents beyond the first of each line. */
  readonly doubled: number;
  readonly missing: readonly Range[];
  /** Lines whose time is before that of the line before them. */
  readonly backwards: number;
  /** From the first line's time to the last one's, ms. */
  readonly spanMs: number;
}

/** Counts stored documents by the number of their line. */
export class StoredLines {
  #copies = new Uint8Array(1024);
  #times = new Float64Array(1024).fill(Number.NaN);

  /** Takes a document of line `number`. @param time ms */
  add(number: number, time: number): void {
    this.#grow(number);
    this.#copies[number] = Math.min(255, (this.#copies[number] ?? 0) + 1);
    this.#times[number] = time;
  }

  counts(written: number): StoredCounts {
    let [distinct, doubled, backwards] = [0, 0, 0];
    let [first, last] = [Number.NaN, Number.NaN];
    for (let number = 0; number < this.#copies.length; number++) {
      const copies = this.#copies[number] ?? 0;
      if (copies === 0) continue;
      distinct++;
      doubled += copies - 1;
      const time = this.#times[number] ?? Number.NaN;
      if (Number.isNaN(first)) first = time;
      // Stamps have tenths of a millisecond, documents whole ones.
      if (time < last - 1) backwards++;
      last = time;
    }
    const missing = rangesWhere(written, (number) => (this.#copies[number] ?? 0) === 0);
    return { distinct, doubled, missing, backwards, spanMs: last - first };
  }

  #grow(number: number): void {
    if (number < this.#copies.length) return;
    const length = 2 ** Math.ceil(Math.log2(number + 1));
    const copies = new Uint8Array(length);
    const times = new Float64Array(length).fill(Number.NaN);
    copies.set(this.#copies);
    times.set(this.#times);
    [this.#copies, this.#times] = [copies, times];
  }
}
