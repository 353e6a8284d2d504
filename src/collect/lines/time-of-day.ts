import { digits } from './bytes.ts';

const COLON = 0x3a;

/** ms from midnight to the time `21:32:16` at `start`; NaN for what is none. A leap second is the second after it. */
export function timeOfDay(bytes: Uint8Array, start: number): number {
  if (bytes[start + 2] !== COLON || bytes[start + 5] !== COLON) return Number.NaN;
  const hour = digits(bytes, start, 2);
  const minute = digits(bytes, start + 3, 2);
  const second = digits(bytes, start + 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return Number.NaN;
  return hour * 3_600_000 + minute * 60_000 + second * 1000;
}
