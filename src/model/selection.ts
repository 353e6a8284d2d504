import type { Frame } from './frame.ts';

/** The samples of one series in a range, stale markers left out. Used again for the next series: copy what is kept. */
export interface Window {
  /** Samples that count at the beginning of the arrays, which may be longer. */
  readonly length: number;
  /** ms since the epoch, rising. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** As in `Series`: present when the series has them. */
  readonly starts?: Float64Array;
}

/** The ends of a window: all that `rate` needs of a counter that was not reset. Used again for the next series. */
export interface Edges {
  /** Samples in the window. */
  readonly count: number;
  /** ms since the epoch. */
  readonly firstTime: number;
  readonly firstValue: number;
  /** ms since the epoch. */
  readonly lastTime: number;
  readonly lastValue: number;
  /** Whether no sample is below the one before it and none has a start. False may also mean that this is not known. */
  readonly rises: boolean;
}

/**
 * Series that satisfy matchers, kept up to date from one evaluation to the next without looking for them again.
 * A series that ended keeps its position until its samples have left the window and the epoch changes.
 */
export interface Selection extends Frame {
  /** Takes up the series that were born, and begins a new epoch where it is time to forget some. Before anything else. */
  refresh(): void;
  /**
   * Writes the newest sample of each series in `(time - lookbackMs, time]`; one whose newest is a stale marker has none.
   * @param timestamps by position, the samples' own times in ms, where asked for
   */
  instant(
    time: number,
    lookbackMs: number,
    values: Float64Array,
    present: Uint8Array,
    timestamps?: Float64Array,
  ): void;
  /** Sets the range `(start, end]`, in ms, that `window` and `edges` read. */
  seek(start: number, end: number): void;
  /** The samples of a series in the range; undefined when there are none. */
  window(position: number): Window | undefined;
  /** The ends of that window; undefined when it is empty. */
  edges(position: number): Edges | undefined;
}
