import type { Window } from '../plan/node.ts';
import { meanOf, sumOf, varianceOf } from './compensated.ts';
import { maxOf, minOf, quantileOf } from './order-statistics.ts';
import type { RangeKernel } from './range-kernel.ts';
import { changesOf, extrapolated, instantDelta, instantRate, resetsOf } from './rate.ts';
import { derivative, prediction } from './regression.ts';

const KERNELS: ReadonlyMap<string, RangeKernel> = new Map([
  ['avg_over_time', overValues(meanOf)],
  ['changes', changesOf],
  ['count_over_time', overValues((values) => values.length)],
  ['delta', extrapolated(false, false)],
  ['deriv', derivative],
  ['first_over_time', overValues((values) => values[0] ?? Number.NaN)],
  ['idelta', instantDelta],
  ['increase', extrapolated(true, false)],
  ['irate', instantRate],
  ['last_over_time', overValues((values) => values[values.length - 1] ?? Number.NaN)],
  ['max_over_time', overValues(maxOf)],
  ['min_over_time', overValues(minOf)],
  ['predict_linear', prediction],
  ['present_over_time', overValues(() => 1)],
  ['quantile_over_time', (window, _bounds, phi) => quantileOf(phi, window.values)],
  ['rate', extrapolated(true, true)],
  ['resets', resetsOf],
  ['stddev_over_time', overValues((values) => Math.sqrt(varianceOf(values)))],
  ['stdvar_over_time', overValues(varianceOf)],
  ['sum_over_time', overValues(sumOf)],
]);

/** The kernel of a function that turns each window into one value. */
export function rangeKernelOf(name: string): RangeKernel | undefined {
  return KERNELS.get(name);
}

/** Whether the function's result is still the metric itself. */
export function keepsName(name: string): boolean {
  return name === 'first_over_time' || name === 'last_over_time';
}

function overValues(kernel: (values: Float64Array) => number): RangeKernel {
  return (window: Window) => kernel(window.values);
}
