import type { Samples } from '../range-source.ts';
import type { StepRow } from '../step-row.ts';

/** The windows of one series: of each step the samples `[from, to)`, and what `WindowBounds` says of it. */
export interface StepWindows {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Evaluation time of the first step and from one to the next, ms. */
  readonly time: number;
  readonly step: number;
  /** End of the first window and from one to the next, ms. */
  readonly end: number;
  readonly stride: number;
  readonly rangeMs: number;
}

/**
 * A range function of one series at all steps; writes to a row that is empty.
 * @param first the scalar argument by step, where the function takes one
 * @param second the same of a second one
 */
export type StepKernel = (
  samples: Samples,
  windows: StepWindows,
  row: StepRow,
  first: Float64Array,
  second: Float64Array,
) => void;
