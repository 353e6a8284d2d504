import { quantileOf } from '../../kernels/order-statistics.ts';
import type { Samples } from '../range-source.ts';
import type { StepKernel } from './step-kernel.ts';
import { windowKernel } from './window-kernel.ts';

const windowByWindow = windowKernel((window, _bounds, phi) => quantileOf(phi, window.values, window.length));

let sorted = new Float64Array(256);

/** `quantile_over_time`: the samples of a window are kept in order while it moves on. */
export const slidingQuantile: StepKernel = (samples, windows, row, phis, second) => {
  if (!isOrdered(samples)) {
    windowByWindow(samples, windows, row, phis, second);
    return;
  }
  const { values, length } = samples;
  const { count, from, to } = windows;
  if (sorted.length < length) sorted = new Float64Array(length * 2);
  let first = 0;
  let next = 0;
  for (let step = 0; step < count; step++) {
    const low = from[step] ?? 0;
    const high = to[step] ?? 0;
    for (; first < low && next < high && first < next; first++, next++)
      replace(values[first] ?? 0, values[next] ?? 0, next - first);
    for (; next < high; next++) insert(values[next] ?? 0, next - first);
    for (; first < low; first++) remove(values[first] ?? 0, next - first);
    if (low >= high) continue;
    row.present[step] = 1;
    row.values[step] = quantile(phis[step] ?? Number.NaN, high - low);
  }
};

/** Whether order alone tells the values apart: NaN has none, and -0 is equal to 0. */
function isOrdered({ values, length }: Samples): boolean {
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? 0;
    if (value !== value || (value === 0 && 1 / value < 0)) return false;
  }
  return true;
}

/** Takes a value up among the first `count`. */
function insert(value: number, count: number): void {
  let at = count;
  for (; at > 0 && (sorted[at - 1] ?? 0) > value; at--) sorted[at] = sorted[at - 1] ?? 0;
  sorted[at] = value;
}

/** Takes a value out of the first `count`. */
function remove(value: number, count: number): void {
  for (let at = placeOf(value, count) + 1; at < count; at++) sorted[at - 1] = sorted[at] ?? 0;
}

/** Takes a value out of the first `count` and another one up: only what is between them moves. */
function replace(old: number, value: number, count: number): void {
  let at = placeOf(old, count);
  for (; at > 0 && (sorted[at - 1] ?? 0) > value; at--) sorted[at] = sorted[at - 1] ?? 0;
  for (; at + 1 < count && (sorted[at + 1] ?? 0) < value; at++) sorted[at] = sorted[at + 1] ?? 0;
  sorted[at] = value;
}

/** Where the first of the values is that are not below `value`. */
function placeOf(value: number, count: number): number {
  let at = 0;
  let above = count;
  while (at < above) {
    const middle = (at + above) >>> 1;
    if ((sorted[middle] ?? 0) < value) at = middle + 1;
    else above = middle;
  }
  return at;
}

/** As `selectQuantile`, of the first `count` values. */
function quantile(phi: number, count: number): number {
  if (Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const rank = phi * (count - 1);
  const lower = Math.floor(rank);
  const weight = rank - lower;
  const low = sorted[lower] ?? Number.NaN;
  const high = lower + 1 < count ? (sorted[lower + 1] ?? Number.NaN) : low;
  return low * (1 - weight) + high * weight;
}
