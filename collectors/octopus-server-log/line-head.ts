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
import { Stamp } from '../../src/collect/lines/stamp.ts';

const LEVELS = ['INFO', 'WARN', 'ERROR', 'FATAL', 'DEBUG', 'TRACE'] as const;
export type Level = (typeof LEVELS)[number];
const LEVEL_BYTES = LEVELS.map((level) => bytesOf(level));

const DASH = 0x2d;

/**
 * Reads the head of a line: `2025-01-29 21:32:16.7923 [+10:00|Z]  [pid]  thread  LEVEL  message`.
 * Source: NLog layout `${longdate}  ${processid:padding=5}  ${threadid:padding=5} ${uppercase:${level}:padding=5}`;
 * servers before 3.15 write no process id. One object is used again for every line.
 */
export class LineHead {
  level: Level = 'INFO';
  /** Where the message begins. */
  message = 0;
  readonly #stamp: Stamp;

  constructor(times: LocalTimes) {
    this.#stamp = new Stamp(times);
  }

  /** ms since the epoch, cut to the millisecond. */
  get time(): number {
    return this.#stamp.time;
  }

  /** `entry`: the fields are set. `continuation`: no date, so part of the line before. `broken`: neither. */
  read(bytes: Uint8Array, start: number, end: number): 'entry' | 'continuation' | 'broken' {
    if (end - start < 5 || digits(bytes, start, 4) < 0 || bytes[start + 4] !== DASH) return 'continuation';
    if (!this.#stamp.read(bytes, start, end)) return 'broken';
    return this.#readColumns(bytes, this.#stamp.end, end) ? 'entry' : 'broken';
  }

  #readColumns(bytes: Uint8Array, start: number, end: number): boolean {
    if (bytes[start] !== SPACE || start >= end) return false;
    let at = skipSpaces(bytes, start, end);
    for (let column = 0; column < 2 && isDigit(bytes[at]); column++) {
      at = skipSpaces(bytes, skipDigits(bytes, at, end), end);
    }
    const from = at;
    while (at < end && isLetter(bytes[at])) at++;
    const level = LEVELS[levelIndex(bytes, from, at)];
    if (level === undefined || (at < end && bytes[at] !== SPACE)) return false;
    this.level = level;
    this.message = skipSpaces(bytes, at, end);
    return true;
  }
}

function levelIndex(bytes: Uint8Array, start: number, end: number): number {
  for (let i = 0; i < LEVEL_BYTES.length; i++) {
    const level = LEVEL_BYTES[i];
    if (level !== undefined && equals(bytes, start, end, level)) return i;
  }
  return -1;
}
