import type { Window } from '../plan/node.ts';

/** Where a window lies. */
export interface WindowBounds {
  /** The evaluation time, ms. */
  readonly time: number;
  /** ms, excluded. */
  readonly start: number;
  /** ms, included. */
  readonly end: number;
}

/**
 * Computes one number from one window, which is never empty; undefined when the series has no result.
 * @param argument the scalar argument of functions that take one, else NaN
 */
export type RangeKernel = (window: Window, bounds: WindowBounds, argument: number) => number | undefined;
