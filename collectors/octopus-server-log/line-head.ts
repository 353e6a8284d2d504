import {
  bytesOf,
  digits,
  equals,
  isDigit,
  isLetter,
  SPACE,
  skipDigits,
  skipSpaces,
} from '../../src/collect/lines/bytes.ts';
import type { LocalTimes } from '../../src/collect/lines/local-times.ts';

const LEVELS = ['INFO', 'WARN', 'ERROR', 'FATAL', 'DEBUG', 'TRACE'] as const;
export type Level = (typeof LEVELS)[number];
const LEVEL_BYTES = LEVELS.map((level) => bytesOf(level));

const DASH = 0x2d;
const COLON = 0x3a;
const DOT = 0x2e;
const PLUS = 0x2b;
const ZULU = 0x5a;
const STAMP = 'yyyy-mm-dd hh:mm:ss'.length;

/**
 * Reads the head of a line: `2025-01-29 21:32:16.7923 [+10:00|Z]  [pid]  thread  LEVEL  message`.
 * Source: NLog layout `${longdate}  ${processid:padding=5}  ${threadid:padding=5} ${uppercase:${level}:padding=5}`;
 * servers before 3.15 write no process id. One object is used again for every line.
 */
export class LineHead {
  /** ms since the epoch, cut to the millisecond. */
  time = 0;
  level: Level = 'INFO';
  /** Where the message begins. */
  message = 0;
  readonly #times: LocalTimes;
  #at = 0;
  #date = -1;
  #midnight = 0;

  constructor(times: LocalTimes) {
    this.#times = times;
  }

  /** `entry`: the fields are set. `continuation`: no date, so part of the line before. `broken`: neither. */
  read(bytes: Uint8Array, start: number, end: number): 'entry' | 'continuation' | 'broken' {
    if (end - start < 5 || digits(bytes, start, 4) < 0 || bytes[start + 4] !== DASH) return 'continuation';
    const local = this.#readLocal(bytes, start, end);
    if (Number.isNaN(local)) return 'broken';
    const shift = this.#readZone(bytes, end);
    if (!this.#readColumns(bytes, end)) return 'broken';
    this.time = Number.isNaN(shift) ? this.#times.toUtc(local) : local - shift;
    return 'entry';
  }

  #readLocal(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < STAMP || bytes[start + 10] !== SPACE) return Number.NaN;
    if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return Number.NaN;
    const hour = digits(bytes, start + 11, 2);
    const minute = digits(bytes, start + 14, 2);
    const second = digits(bytes, start + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return Number.NaN;
    const midnight = this.#readDate(bytes, start);
    return midnight + hour * 3_600_000 + minute * 60_000 + second * 1000 + this.#readMs(bytes, start, end);
  }

  #readDate(bytes: Uint8Array, start: number): number {
    const year = digits(bytes, start, 4);
    const month = digits(bytes, start + 5, 2);
    const day = digits(bytes, start + 8, 2);
    if (month < 1 || month > 12 || day < 1 || bytes[start + 7] !== DASH) return Number.NaN;
    const date = year * 10_000 + month * 100 + day;
    if (date !== this.#date) {
      const midnight = new Date(Date.UTC(year, month - 1, day));
      this.#date = date;
      this.#midnight = midnight.getUTCDate() === day ? midnight.getTime() : Number.NaN;
    }
    return this.#midnight;
  }

  /** The fraction, however many digits it has (`longdate` writes four), cut to whole milliseconds. */
  #readMs(bytes: Uint8Array, start: number, end: number): number {
    this.#at = start + STAMP;
    if (bytes[this.#at] !== DOT || this.#at >= end) return 0;
    const from = this.#at + 1;
    this.#at = skipDigits(bytes, from, end);
    let ms = 0;
    for (let i = 0; i < 3; i++) ms = ms * 10 + (from + i < this.#at ? (bytes[from + i] ?? 0) - 0x30 : 0);
    return ms;
  }

  /** The zone's offset in ms, NaN where the line names none. */
  #readZone(bytes: Uint8Array, end: number): number {
    const at = skipSpaces(bytes, this.#at, end);
    const sign = bytes[at];
    if (at < end && sign === ZULU) {
      this.#at = at + 1;
      return 0;
    }
    if (at + 6 > end || (sign !== PLUS && sign !== DASH) || bytes[at + 3] !== COLON) return Number.NaN;
    const hours = digits(bytes, at + 1, 2);
    const minutes = digits(bytes, at + 4, 2);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return Number.NaN;
    this.#at = at + 6;
    return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * 60_000;
  }

  #readColumns(bytes: Uint8Array, end: number): boolean {
    if (bytes[this.#at] !== SPACE || this.#at >= end) return false;
    let at = skipSpaces(bytes, this.#at, end);
    for (let column = 0; column < 2 && isDigit(bytes[at]); column++) {
      at = skipSpaces(bytes, skipDigits(bytes, at, end), end);
    }
    const from = at;
    while (at < end && isLetter(bytes[at])) at++;
    const index = LEVEL_BYTES.findIndex((level) => equals(bytes, from, at, level));
    const level = LEVELS[index];
    if (level === undefined || (at < end && bytes[at] !== SPACE)) return false;
    this.level = level;
    this.message = skipSpaces(bytes, at, end);
    return true;
  }
}
