import { decimal, digits, skipDigits } from './bytes.ts';

const COLON = 0x3a;
const DOT = 0x2e;

/** Seconds of a .NET TimeSpan (`[d.]hh:mm:ss[.fffffff]`, format `c`), or NaN. */
export function timeSpan(bytes: Uint8Array, start: number, end: number): number {
  const stop = skipDigits(bytes, start, end);
  const hasDays = stop > start && stop - start < 9 && bytes[stop] === DOT;
  const at = hasDays ? stop + 1 : start;
  const hours = digits(bytes, at, 2);
  const minutes = digits(bytes, at + 3, 2);
  if (at + 8 > end || hours < 0 || minutes < 0) return Number.NaN;
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return Number.NaN;
  const days = hasDays ? digits(bytes, start, stop - start) : 0;
  return days * 86_400 + hours * 3600 + minutes * 60 + decimal(bytes, at + 6, end);
}
