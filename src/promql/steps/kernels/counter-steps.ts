import type { RangeKernel } from '../../kernels/range-kernel.ts';
import { extrapolation, zeroBefore } from '../../kernels/rate.ts';
import type { Samples } from '../range-source.ts';
import type { StepKernel } from './step-kernel.ts';
import { cut } from './window-kernel.ts';

let counts = new Int32Array(1024);

/**
 * `rate` and `increase`: where the counter did not fall within a window, the ends of the window say it all.
 * @param exact asked where it fell, or may have begun anew
 */
export function counterSteps(perSecond: boolean, exact: RangeKernel): StepKernel {
  return (samples, windows, { values: out, present }) => {
    const { timestamps, values, starts } = samples;
    const { count, from, to, time, step, end, stride, rangeMs } = windows;
    const falls = fallsUpTo(samples);
    const seconds = rangeMs / 1000;
    // Most windows lie to their samples as the one before: the factor is the same, unless the counter was zero.
    let [steadyBefore, steadySampled, steadyGaps, steadyFactor, steadyZero] = [Number.NaN, 0, 0, 0, 0];
    for (let index = 0; index < count; index++) {
      const low = from[index] ?? 0;
      const last = (to[index] ?? 0) - 1;
      if (low > last) continue;
      const moment = end + index * stride;
      if (starts !== undefined || falls[low] !== falls[last]) {
        const bounds = { time: time + index * step, start: moment - rangeMs, end: moment };
        const value = exact(cut(samples, low, last + 1), bounds, Number.NaN, Number.NaN);
        if (value === undefined) continue;
        out[index] = value;
        present[index] = 1;
      } else if (low < last) {
        const firstTime = timestamps[low] ?? 0;
        const lastTime = timestamps[last] ?? 0;
        const first = values[low] ?? 0;
        const change = (values[last] ?? 0) - first;
        const zero = zeroBefore(first, change);
        const before = firstTime - moment;
        const sampled = lastTime - firstTime;
        if (before !== steadyBefore || sampled !== steadySampled || last - low !== steadyGaps) {
          steadyBefore = before;
          steadySampled = sampled;
          steadyGaps = last - low;
          steadyFactor = extrapolation(
            last - low + 1,
            firstTime,
            lastTime,
            moment - rangeMs,
            moment,
            Infinity,
          );
          // A little more, as the two sides of the comparison are rounded apart.
          steadyZero = ((before + rangeMs) / sampled) * 1.000001;
        }
        const factor =
          zero > steadyZero
            ? steadyFactor
            : extrapolation(last - low + 1, firstTime, lastTime, moment - rangeMs, moment, zero);
        out[index] = change * (perSecond ? factor / seconds : factor);
        present[index] = 1;
      }
    }
  };
}

/** How often the value has fallen up to each sample. */
function fallsUpTo({ values, length }: Samples): Int32Array {
  if (counts.length < length) counts = new Int32Array(length * 2);
  let falls = 0;
  let previous = values[0] ?? 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? 0;
    if (value < previous) falls++;
    previous = value;
    counts[i] = falls;
  }
  return counts;
}
