/** `text`: version 0.0.4 and, with names in quotes, 1.0.0. `openmetrics`: 0.0.1 and 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** One sample of a page. It and its labels are used again for the next one: copy what is kept. */
export interface ExposedSample {
  name: string;
  /** Names and values in turn, as they stand; a value may be empty, which is no label. */
  labels: readonly string[];
  value: number;
  /** ms since the epoch; undefined where the page has none. */
  time: number | undefined;
}

export interface ParseOptions {
  readonly format: ExpositionFormat;
  /** Writes `le` and `quantile` as Prometheus 3 does: `1.0` for `1`. Default true. */
  readonly normalise?: boolean;
}
