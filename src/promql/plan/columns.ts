import { Failure } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import { isStale } from '../../model/series.ts';
import type { Window } from './node.ts';

/** One series: rising timestamps (ms) and values, both `length` long; the arrays may hold room to grow. */
export interface Column {
  readonly labels: Labels;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
}

/** Series that are written sample by sample: the results of steps. */
export class GrowingColumn implements Column {
  readonly labels: Labels;
  timestamps = new Float64Array(16);
  values = new Float64Array(16);
  length = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** @throws Failure `invalid` for a second sample of one time */
  append(time: number, value: number): void {
    if (this.length > 0 && this.timestamps[this.length - 1] === time) {
      throw new Failure('invalid', 'vector cannot contain metrics with the same labelset');
    }
    if (this.length === this.values.length) this.#grow();
    this.timestamps[this.length] = time;
    this.values[this.length] = value;
    this.length++;
  }

  #grow(): void {
    const timestamps = new Float64Array(this.length * 2);
    const values = new Float64Array(this.length * 2);
    timestamps.set(this.timestamps);
    values.set(this.values);
    this.timestamps = timestamps;
    this.values = values;
  }
}

/** The index of the first timestamp after `time` among the first `length`. */
export function firstAfter(timestamps: Float64Array, time: number, length = timestamps.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestamps[middle] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The samples after `start` up to `end` of the columns that have some. */
export function windowsOf(columns: Iterable<Column>, start: number, end: number): Window[] {
  const windows: Window[] = [];
  for (const column of columns) {
    const low = firstAfter(column.timestamps, start, column.length);
    const high = firstAfter(column.timestamps, end, column.length);
    if (low >= high) continue;
    const timestamps = column.timestamps.subarray(low, high);
    const values = column.values.subarray(low, high);
    windows.push({ labels: column.labels, length: high - low, timestamps, values });
  }
  return windows;
}

/** A copy of the samples that are no stale markers. */
export function withoutStale(labels: Labels, timestamps: Float64Array, values: Float64Array): Column {
  const column = { labels, timestamps: timestamps.slice(), values: values.slice() };
  let length = firstStale(values);
  // Most series have none: they are copied in one piece.
  for (let i = length + 1; i < values.length; i++) {
    if (isStale(values, i)) continue;
    column.timestamps[length] = timestamps[i] ?? 0;
    column.values[length] = values[i] ?? 0;
    length++;
  }
  return { ...column, length };
}

/** The index of the first stale marker, or the length. */
function firstStale(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (isStale(values, i)) return i;
  return values.length;
}
