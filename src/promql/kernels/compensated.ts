import { RunningMean } from './running-mean.ts';

/**
 * A sum with the rounding error of every addition carried along (TwoSum, Knuth; the same bits as the Kahan-Neumaier
 * sum of Prometheus 3, without its branches).
 */
export class CompensatedSum {
  sum = 0;
  compensation = 0;

  add(x: number): void {
    const next = this.sum + x;
    const shadow = next - this.sum;
    this.compensation += this.sum - (next - shadow) + (x - shadow);
    this.sum = next;
  }

  /** Past the largest number, or with an infinity among the terms, the plain sum. */
  get value(): number {
    return Number.isFinite(this.sum) ? this.sum + this.compensation : this.sum;
  }
}

/** The sum of the first `length` values. */
export function sumOf(values: Float64Array, length = values.length): number {
  return compensatedSum(values, length).value;
}

function compensatedSum(values: Float64Array, length: number): CompensatedSum {
  const sum = new CompensatedSum();
  for (let i = 0; i < length; i++) sum.add(values[i] ?? 0);
  return sum;
}

/** The mean of the first `length` values; where their sum passes the largest number, a running one. NaN of nothing. */
export function meanOf(values: Float64Array, length = values.length): number {
  const sum = compensatedSum(values, length);
  if (Number.isFinite(sum.sum)) return sum.sum / length + sum.compensation / length;
  const mean = new RunningMean();
  for (let i = 0; i < length; i++) mean.add(values[i] ?? 0);
  return mean.value;
}

/** The population variance of the first `length` values (Welford, compensated). */
export function varianceOf(values: Float64Array, length = values.length): number {
  const mean = new CompensatedSum();
  const squares = new CompensatedSum();
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? 0;
    const delta = value - mean.value;
    mean.add(delta / (i + 1));
    squares.add(delta * (value - mean.value));
  }
  return squares.value / length;
}
