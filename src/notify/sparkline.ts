import type { Alert } from '../model/alert.ts';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const GAP = '·';

/** Equal steps of time, ms since the epoch; both ends are steps. */
export interface HistoryRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * The value of what an alert compares, at each step of a range; undefined where there is none. Soon or not at all: it
 * is asked for while a page waits. @throws Failure
 */
export type AlertHistory = (
  alert: Alert,
  range: HistoryRange,
  signal: AbortSignal,
) => Promise<readonly (number | undefined)[]>;

/** A line of values as block characters, with its scale. */
export interface Sparkline {
  /** One character a value, from `▁` for the lowest to `█` for the highest; `·` where there is none. */
  readonly bars: string;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** Undefined for fewer than two values: that is no line. */
export function sparklineOf(values: readonly (number | undefined)[]): Sparkline | undefined {
  const known = values.filter((value) => value !== undefined).filter(Number.isFinite);
  const last = known.at(-1);
  if (last === undefined || known.length < 2) return undefined;
  const min = Math.min(...known);
  const max = Math.max(...known);
  return { bars: values.map((value) => barOf(value, min, max)).join(''), min, max, last };
}

function barOf(value: number | undefined, min: number, max: number): string {
  if (value === undefined || !Number.isFinite(value)) return GAP;
  // Halves first: the difference of two large numbers may be too large to be one.
  const share = max === min ? 0 : (value / 2 - min / 2) / (max / 2 - min / 2);
  return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? GAP;
}

/** A number as a person reads it: at most three digits that count, or all of a whole number below a million. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(3)));
}
