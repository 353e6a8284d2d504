import type { Clock } from '../model/ports.ts';
import type { SeriesReader } from '../model/series.ts';

/** How old the newest sample of a series may be to count as its present value. */
export const DEFAULT_LOOKBACK_MS = 5 * 60_000;
/** The step of a subquery that names none (Prometheus: its evaluation interval, 1 m unless set). */
export const DEFAULT_SUBQUERY_STEP_MS = 60_000;
/** As many samples as Prometheus lets a query hold (`--query.max-samples`). */
export const DEFAULT_MAX_SAMPLES = 50_000_000;

/** What every evaluation is given. */
export interface EvaluationOptions {
  readonly reader: SeriesReader;
  /** Default 5 m. */
  readonly lookbackMs?: number;
  /** Step of a subquery that names none. Default 1 m. */
  readonly subqueryStepMs?: number;
  /** Metric names go at the end of an evaluation (Prometheus's feature flag `promql-delayed-name-removal`). Default false. */
  readonly delayedNameRemoval?: boolean;
  /** Samples an evaluation may read and produce before it fails with reason `budget`. */
  readonly maxSamples?: number;
  /** Looked at between steps and selectors; its reason is thrown. */
  readonly signal?: AbortSignal;
  /** As an evaluation is synchronous no timer fires during it: this is the way to bound its time. */
  readonly deadline?: { readonly clock: Clock; readonly at: number };
}

/** An evaluation at one time. */
export interface InstantOptions extends EvaluationOptions {
  /** ms since the epoch. */
  readonly time: number;
}

/** An evaluation at every step of a range. */
export interface RangeOptions extends EvaluationOptions {
  /** ms since the epoch; the first step. */
  readonly start: number;
  /** ms since the epoch; the last step is at or before it. */
  readonly end: number;
  /** ms between steps. */
  readonly step: number;
}
