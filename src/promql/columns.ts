import type { Labels } from '../model/labels.ts';
import { duplicateLabels } from './duplicate-labels.ts';

/** The samples of one series: rising timestamps (ms) and values, both `length` long; the arrays may hold room to grow. */
export interface Column {
  readonly labels: Labels;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
}

/** A column that is written sample by sample. */
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
      throw duplicateLabels();
    }
    if (this.length === this.values.length) this.#grow();
    this.timestamps[this.length] = time;
    this.values[this.length] = value;
    this.length++;
  }

  /** Forgets the samples at `time` and before it. */
  forgetUpTo(time: number): void {
    const from = firstAfter(this.timestamps, time, this.length);
    if (from === 0) return;
    this.timestamps.copyWithin(0, from, this.length);
    this.values.copyWithin(0, from, this.length);
    this.length -= from;
  }

  /** Forgets the samples after `time`. */
  forgetAfter(time: number): void {
    this.length = firstAfter(this.timestamps, time, this.length);
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

/** The index of the first timestamp after `time` from `from` on among the first `length`. */
export function firstAfter(
  timestamps: Float64Array,
  time: number,
  length = timestamps.length,
  from = 0,
): number {
  let low = from;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestamps[middle] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How far `firstAfterNear` looks before it searches. */
const STEPS = 8;

/** The same for a time that is most often a little later than when the answer was `guess`. */
export function firstAfterNear(
  timestamps: Float64Array,
  time: number,
  length: number,
  guess: number,
): number {
  let index = Math.min(guess, length);
  if (index > 0 && (timestamps[index - 1] ?? 0) > time) return firstAfter(timestamps, time, index);
  for (let steps = 0; index < length && (timestamps[index] ?? 0) <= time; steps++, index++) {
    if (steps === STEPS) return firstAfter(timestamps, time, length, index);
  }
  return index;
}
