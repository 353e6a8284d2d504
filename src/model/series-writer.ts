import type { Sparse } from './frame.ts';

/** Where the series of one writer go, a rule's for example: they share their timestamps. */
export interface SeriesWriter {
  /**
   * Writes the present values at a time (ms since the epoch), readable at once. A series that this writer wrote before,
   * also before a restart, and that is not present now ends with a stale marker.
   */
  write(time: number, values: Sparse): void;
  /** Ends all its series. */
  end(time: number): void;
}

/** The writer of a name, always the same for the same name. */
export type SeriesWriters = (name: string) => SeriesWriter;
