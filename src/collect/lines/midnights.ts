import { digits } from './bytes.ts';

const DASH = 0x2d;

/** Reads dates `2025-01-29`; the last one is remembered, as lines of a log are mostly of one day. */
export class Midnights {
  #date = -1;
  #midnight = 0;

  /** ms from 1970 to the date at `start`, as if of UTC; NaN for what is no date. */
  of(bytes: Uint8Array, start: number): number {
    const year = digits(bytes, start, 4);
    const month = digits(bytes, start + 5, 2);
    const day = digits(bytes, start + 8, 2);
    if (year < 0 || bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return Number.NaN;
    if (month < 1 || month > 12 || day < 1) return Number.NaN;
    const date = year * 10_000 + month * 100 + day;
    if (date !== this.#date) {
      const midnight = new Date(Date.UTC(year, month - 1, day));
      this.#date = date;
      this.#midnight = midnight.getUTCDate() === day ? midnight.getTime() : Number.NaN;
    }
    return this.#midnight;
  }
}
