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

export function sumOf(values: Float64Array): number {
  const sum = new CompensatedSum();
  for (const value of values) sum.add(value);
  return sum.value;
}

/** The mean; where the sum would pass the largest number, that of running means. NaN of nothing. */
export function meanOf(values: Float64Array): number {
  const sum = new CompensatedSum();
  for (const value of values) sum.add(value);
  if (!Number.isFinite(sum.sum)) return runningMean(values);
  return sum.sum / values.length + sum.compensation / values.length;
}

function runningMean(values: Float64Array): number {
  const mean = new CompensatedSum();
  let count = 0;
  for (const value of values) {
    count++;
    if (count > 1) {
      const weight = (count - 1) / count;
      mean.sum *= weight;
      mean.compensation *= weight;
    }
    mean.add(value / count);
    if (!Number.isFinite(mean.sum)) mean.compensation = 0;
  }
  return mean.value;
}

/** The population variance (Welford, compensated). */
export function varianceOf(values: Float64Array): number {
  const mean = new CompensatedSum();
  const squares = new CompensatedSum();
  let count = 0;
  for (const value of values) {
    count++;
    const delta = value - mean.value;
    mean.add(delta / count);
    squares.add(delta * (value - mean.value));
  }
  return squares.value / count;
}
