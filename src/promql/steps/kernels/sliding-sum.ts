import { meanOf, sumOf } from '../../kernels/compensated.ts';
import type { Samples } from '../range-source.ts';
import type { StepRow } from '../step-row.ts';
import type { StepKernel, StepWindows } from './step-kernel.ts';

let sums = new Float64Array(1024);

/** `sum_over_time` and `avg_over_time`. */
export function slidingSum(isMean: boolean): StepKernel {
  const exact = isMean ? meanOf : sumOf;
  return (samples, windows, row) => {
    if (addUpWhole(samples)) differences(windows, row, isMean);
    else compensated(samples, windows, row, exact);
  };
}

/**
 * Sums up to each sample, before it. Whole numbers are added without an error, so the compensated sum of a window is the
 * difference of two of them to the last bit; of any others it is not.
 * @returns false for others
 */
function addUpWhole({ values, length }: Samples): boolean {
  if (sums.length <= length) sums = new Float64Array((length + 1) * 2);
  let sum = 0;
  let size = 0;
  sums[0] = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? 0;
    if (Math.floor(value) !== value) return false;
    size += Math.abs(value);
    sum += value;
    sums[i + 1] = sum;
  }
  return size <= Number.MAX_SAFE_INTEGER;
}

function differences({ count, from, to }: StepWindows, row: StepRow, isMean: boolean): void {
  for (let step = 0; step < count; step++) {
    const low = from[step] ?? 0;
    const high = to[step] ?? 0;
    if (low >= high) continue;
    const sum = (sums[high] ?? 0) - (sums[low] ?? 0);
    row.present[step] = 1;
    row.values[step] = isMean ? sum / (high - low) : sum;
  }
}

function compensated(
  { values }: Samples,
  { count, from, to }: StepWindows,
  row: StepRow,
  exact: (values: Float64Array, length: number) => number,
): void {
  for (let step = 0; step < count; step++) {
    const low = from[step] ?? 0;
    const high = to[step] ?? 0;
    if (low >= high) continue;
    row.present[step] = 1;
    row.values[step] = exact(values.subarray(low, high), high - low);
  }
}
