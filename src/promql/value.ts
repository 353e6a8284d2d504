import type { Labels } from '../model/labels.ts';

/** What an expression evaluates to. */
export type Value = Scalar | Text | Vector | Matrix;

export interface Scalar {
  readonly type: 'scalar';
  readonly value: number;
}

export interface Text {
  readonly type: 'string';
  readonly value: string;
}

/** An instant vector as two parallel columns. */
export interface Vector {
  readonly type: 'vector';
  readonly labels: readonly Labels[];
  readonly values: Float64Array;
}

/** One series of a matrix: samples in rising time (ms since the epoch), never a stale marker. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/** Series sorted by their labels, no two with the same. */
export interface Matrix {
  readonly type: 'matrix';
  readonly series: readonly MatrixSeries[];
}
