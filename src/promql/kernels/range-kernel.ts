import type { Edges, Window } from '../../model/selection.ts';
import type { WindowBounds } from '../nodes/node.ts';

/**
 * Computes one number from one window, which is never empty; undefined when the series has no result.
 * @param first the scalar argument of functions that take one, else NaN
 * @param second the same of a second one
 */
export type RangeKernel = (
  window: Window,
  bounds: WindowBounds,
  first: number,
  second: number,
) => number | undefined;

/** The same from the ends of the window alone. */
export type EdgeKernel = (edges: Edges, bounds: WindowBounds) => number | undefined;

/** A function that turns each window into one value. */
export interface RangeFunction {
  readonly kernel: RangeKernel;
  /** The same answer, bit for bit, without the samples in between. */
  readonly edges?: EdgeKernel;
  /** Whether `edges` is right only where no sample is below the one before it. */
  readonly needsRise?: boolean;
  /** Whether the result is still the metric itself. */
  readonly keepsName?: boolean;
}
