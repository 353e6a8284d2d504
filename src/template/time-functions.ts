import { parseDuration } from '../model/duration.ts';
import { GoDuration } from './go-duration.ts';
import { formatGoFloat } from './go-float.ts';
import { GoTime } from './go-time.ts';

const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;
const MAX_INT64 = 2 ** 63;

/** Unix seconds as a moment, to the millisecond as Prometheus's. @throws Error for what no time can be */
export function toTime(seconds: number): GoTime {
  if (!Number.isFinite(seconds)) throw new Error('value is NaN or Inf');
  const nanoseconds = seconds * NS_PER_SECOND;
  if (Math.abs(nanoseconds) > MAX_INT64)
    throw new Error(`${formatGoFloat(seconds)} seconds is out of the range of times`);
  return new GoTime(Math.trunc(Math.trunc(nanoseconds) / NS_PER_MS));
}

/** Seconds as a span. @throws Error for what no span can be */
export function toDuration(seconds: number): GoDuration {
  const nanoseconds = Math.trunc(seconds * NS_PER_SECOND);
  if (!Number.isFinite(nanoseconds) || Math.abs(nanoseconds) > MAX_INT64)
    throw new Error(`${formatGoFloat(seconds)} seconds is out of the range of durations`);
  return new GoDuration(BigInt(nanoseconds));
}

/** Seconds of a Prometheus duration, which may be negative: `-1h30m`. @throws Failure `invalid` */
export function parseSeconds(text: string): number {
  return (text.startsWith('-') ? -parseDuration(text.slice(1)) : parseDuration(text)) / 1000;
}
