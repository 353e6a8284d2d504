import { digits, skipDigits, skipSpaces, SPACE } from './bytes.ts';
import type { LocalTimes } from './local-times.ts';
import { Midnights } from './midnights.ts';
import { timeOfDay } from './time-of-day.ts';

const DASH = 0x2d;
const COLON = 0x3a;
const DOT = 0x2e;
const PLUS = 0x2b;
const ZULU = 0x5a;
const TEE = 0x54;
const LENGTH = 'yyyy-mm-dd hh:mm:ss'.length;

/**
 * Reads stamps `2025-01-29 21:32:16.7923`, with `T` for the space, with or without a fraction, followed or not by a
 * zone (`Z`, `+10:00`, ` +10:00`); without one they are of the configured zone. One object is used again and again.
 */
export class Stamp {
  /** ms since the epoch, cut to the millisecond. */
  time = 0;
  /** Where the stamp ends. */
  end = 0;
  readonly #times: LocalTimes;
  readonly #midnights = new Midnights();

  constructor(times: LocalTimes) {
    this.#times = times;
  }

  /** Whether a stamp begins at `start`; it sets the fields. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const local = this.#readLocal(bytes, start, end);
    if (Number.isNaN(local)) return false;
    const shift = this.#readZone(bytes, end);
    this.time = Number.isNaN(shift) ? this.#times.toUtc(local) : local - shift;
    return true;
  }

  #readLocal(bytes: Uint8Array, start: number, end: number): number {
    const between = bytes[start + 10];
    if (end - start < LENGTH || (between !== SPACE && between !== TEE)) return Number.NaN;
    const time = this.#midnights.of(bytes, start) + timeOfDay(bytes, start + 11);
    return time + this.#readMs(bytes, start, end);
  }

  /** The fraction, however many digits it has (`longdate` writes four), cut to whole milliseconds. */
  #readMs(bytes: Uint8Array, start: number, end: number): number {
    this.end = start + LENGTH;
    if (bytes[this.end] !== DOT || this.end >= end) return 0;
    const from = this.end + 1;
    this.end = skipDigits(bytes, from, end);
    let ms = 0;
    for (let i = 0; i < 3; i++) ms = ms * 10 + (from + i < this.end ? (bytes[from + i] ?? 0) - 0x30 : 0);
    return ms;
  }

  /** The zone's offset in ms, NaN where the stamp names none. */
  #readZone(bytes: Uint8Array, end: number): number {
    const at = skipSpaces(bytes, this.end, end);
    const sign = bytes[at];
    if (at < end && sign === ZULU) {
      this.end = at + 1;
      return 0;
    }
    if (at + 6 > end || (sign !== PLUS && sign !== DASH) || bytes[at + 3] !== COLON) return Number.NaN;
    const hours = digits(bytes, at + 1, 2);
    const minutes = digits(bytes, at + 4, 2);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return Number.NaN;
    this.end = at + 6;
    return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * 60_000;
  }
}
