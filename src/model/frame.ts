import type { Labels } from './labels.ts';

/**
 * Label sets known by position. New ones come at the end: what is kept by position stays right for as long as `epoch`
 * is the same, and only positions from the old `length` on are new.
 */
export interface Frame {
  /** Another number: positions now mean other label sets, what was kept of them is void. */
  readonly epoch: number;
  readonly length: number;
  /** The labels at a position, the same object for as long as the epoch. */
  labels(position: number): Labels;
}

/** Values of a frame at one time; the arrays are used again for the next time. */
export interface Sparse {
  readonly frame: Frame;
  /** By position, at least `frame.length` of them; without meaning where nothing is present. */
  readonly values: Float64Array;
  /** By position: 1 where there is a value. */
  readonly present: Uint8Array;
}
