import { meanOf, sumOf, varianceOf } from './compensated.ts';
import { doubleExponentialSmoothing } from './double-exponential-smoothing.ts';
import { edgesOf } from './edges-of.ts';
import { extremeTime } from './extreme-time.ts';
import { medianDeviation } from './median-deviation.ts';
import { maxOf, minOf, quantileOf } from './order-statistics.ts';
import type { EdgeKernel, RangeFunction, RangeKernel } from './range-kernel.ts';
import { changesOf, counterChange, gaugeChange, instantDelta, instantRate, resetsOf } from './rate.ts';
import { derivative, prediction } from './regression.ts';

const FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map([
  ['avg_over_time', overValues(meanOf)],
  ['changes', ofWindow(changesOf)],
  ['count_over_time', ofEdges(({ count }) => count)],
  ['delta', gaugeChange],
  ['deriv', ofWindow(derivative)],
  [
    'double_exponential_smoothing',
    ofWindow((window, _bounds, smoothing, trend) => doubleExponentialSmoothing(window, smoothing, trend)),
  ],
  ['first_over_time', { ...ofEdges(({ firstValue }) => firstValue), keepsName: true }],
  ['idelta', ofWindow(instantDelta)],
  ['increase', counterChange(false)],
  ['irate', ofWindow(instantRate)],
  ['last_over_time', { ...ofEdges(({ lastValue }) => lastValue), keepsName: true }],
  ['mad_over_time', overValues(medianDeviation)],
  ['max_over_time', overValues(maxOf)],
  ['min_over_time', overValues(minOf)],
  ['predict_linear', ofWindow(prediction)],
  ['present_over_time', ofEdges(() => 1)],
  ['quantile_over_time', ofWindow((window, _bounds, phi) => quantileOf(phi, window.values, window.length))],
  ['rate', counterChange(true)],
  ['resets', ofWindow(resetsOf)],
  ['stddev_over_time', overValues((values, length) => Math.sqrt(varianceOf(values, length)))],
  ['stdvar_over_time', overValues(varianceOf)],
  ['sum_over_time', overValues(sumOf)],
  ['ts_of_first_over_time', ofEdges(({ firstTime }) => firstTime / 1000)],
  ['ts_of_last_over_time', ofEdges(({ lastTime }) => lastTime / 1000)],
  ['ts_of_max_over_time', ofWindow((window) => extremeTime(window, 1))],
  ['ts_of_min_over_time', ofWindow((window) => extremeTime(window, -1))],
]);

/** The function that turns each window into one value. */
export function rangeFunctionOf(name: string): RangeFunction | undefined {
  return FUNCTIONS.get(name);
}

function ofWindow(kernel: RangeKernel): RangeFunction {
  return { kernel };
}

function overValues(kernel: (values: Float64Array, length: number) => number): RangeFunction {
  return { kernel: ({ values, length }) => kernel(values, length) };
}

/** What the ends of a window tell; asked of a whole window it looks at nothing else. */
function ofEdges(edges: EdgeKernel): RangeFunction {
  return { edges, kernel: (window, bounds) => edges(edgesOf(window), bounds) };
}
