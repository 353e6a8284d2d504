import type { Labels } from '../../model/labels.ts';
import type { Vector } from '../value.ts';

/** A compiled expression. Evaluated at rising times it may keep what it read for the next one. */
export type Plan = ScalarPlan | TextPlan | VectorPlan | RangePlan;

export interface ScalarPlan {
  readonly type: 'scalar';
  /** @param time ms since the epoch */
  at(time: number): number;
}

export interface TextPlan {
  readonly type: 'string';
  readonly value: string;
}

export interface VectorPlan {
  readonly type: 'vector';
  at(time: number): Vector;
}

/** The samples of one series in a left-open range, stale markers left out; never empty. */
export interface Window {
  readonly labels: Labels;
  readonly length: number;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/** The windows of all series at one time. */
export interface Windows {
  /** ms since the epoch; excluded. */
  readonly start: number;
  /** ms since the epoch; included. */
  readonly end: number;
  readonly windows: readonly Window[];
}

export interface RangePlan {
  readonly type: 'matrix';
  at(time: number): Windows;
}
