import type { Sparse } from '../../model/frame.ts';
import type { Edges, Window } from '../../model/selection.ts';
import type { PlanFrame } from './frames.ts';

/** A sub-expression that keeps what it learned of its series from one evaluation to the next. Times may go back. */
export type Node = ScalarNode | TextNode | VectorNode | RangeNode;

/** One number, which belongs to no series. */
export interface ScalarNode {
  readonly type: 'scalar';
  /** @param time ms since the epoch */
  at(time: number): number;
}

/** A string literal: it is the same at all times. */
export interface TextNode {
  readonly type: 'string';
  readonly value: string;
}

/** An instant vector. */
export interface Instant extends Sparse {
  readonly frame: PlanFrame;
  /**
   * Positions in the order of the result, after `sort`, `topk` and the like; without it the order means nothing.
   * Some of them may not be present.
   */
  readonly order?: readonly number[] | undefined;
}

export interface VectorNode {
  readonly type: 'vector';
  /** The frame of all its answers, from the beginning; up to date after `at`. */
  readonly frame: PlanFrame;
  /** @param time ms since the epoch; the answer is good until the next call */
  at(time: number): Instant;
}

/** The range a window covers: `(start, end]`, ms. */
export interface WindowBounds {
  /** The evaluation time, ms. */
  readonly time: number;
  readonly start: number;
  readonly end: number;
}

/** A range vector: windows are cut one series after the other, none is kept. */
export interface RangeNode {
  readonly type: 'matrix';
  readonly frame: PlanFrame;
  /** Brings the frame up to date and sets the evaluation time of `window` and `edges`. */
  seek(time: number): WindowBounds;
  /** The samples of a series in the range, good until the next call; undefined when there are none. */
  window(position: number): Window | undefined;
  /** The ends of that window; undefined when it is empty. */
  edges(position: number): Edges | undefined;
}
