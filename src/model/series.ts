import type { Labels } from './labels.ts';
import type { Matcher } from './matcher.ts';
import type { Selection } from './selection.ts';

/** From `start` to `end`, both in ms and both included. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One series and its samples in a range, as two parallel columns in rising time.
 * The arrays may be views that the reader overwrites at the next step of the iteration: copy what is kept.
 */
export interface Series {
  readonly labels: Labels;
  /** ms since the epoch. */
  readonly timestamps: Float64Array;
  /** A stale marker is a NaN with our own payload: ask `isStale`, write it with `setStale`. */
  readonly values: Float64Array;
  /** When the counter of each sample began, where a source says so: ms since the epoch, NaN where it is not known. */
  readonly starts?: Float64Array;
}

/** Reads series of a window: the head, or a store. */
export interface SeriesReader {
  /** Series that satisfy all matchers and have at least one sample (a stale marker counts) in the range. */
  select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series>;
  /** The same for whoever comes again at later times; a reader that has nothing new to tell goes without. */
  follow?(matchers: readonly Matcher[]): Selection;
  /** The labels alone of what `select` yields; a reader for which that is no less work goes without. */
  labelSets?(matchers: readonly Matcher[], range: TimeRange): Iterable<Labels>;
}

// A quiet NaN with a payload of our own: V8 keeps it in typed arrays, never in plain arrays or variables.
const STALE_HIGH = 0x7ff8_0000;
const STALE_LOW = 0x0c70_0002;

/** Whether the value at `index` is the stale marker. Reads the array's bits, as a copied NaN may lose its payload. */
export function isStale(values: Float64Array, index: number): boolean {
  const value = values[index];
  if (value === undefined || value === value) return false;
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return words[0] === STALE_LOW && words[1] === STALE_HIGH;
}

/** Writes the stale marker at `index`: the series was there and is gone (missing from a good poll, tenant removed). */
export function setStale(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[0] = STALE_LOW;
  words[1] = STALE_HIGH;
}

/** Where nothing was read. */
export const NO_SERIES: SeriesReader = { select: () => [] };
