import type { Binary } from '../../tree.ts';
import type { Samples } from '../range-source.ts';
import type { StepWindows } from './step-kernel.ts';

/** Empties the windows of which it is certain that the result would be dropped. */
export type Prune = (samples: Samples, windows: StepWindows, first: Float64Array) => void;

/** Half the distance from 1 to the next number. */
const UNIT = 2 ** -53;
/** For the terms of second order, which the bound leaves out. */
const MARGIN = 16;

/**
 * For `predict_linear(…) < constant` and its like, which hold almost never and cost the most: a line through differences
 * of running sums, whose error is bounded, tells most windows for which they do not hold. The others are left to the
 * kernel that looks at every sample.
 * @param side on which the prediction stands
 * @returns undefined for what says nothing of the side on which predictions are dropped
 */
export function prunePredictions(
  { operator, bool }: Binary,
  constant: number | undefined,
  side: 'left' | 'right',
): Prune | undefined {
  if (constant === undefined || bool || !/^[<>]/.test(operator)) return undefined;
  const keepsBelow = operator.startsWith('<') === (side === 'left');
  return (samples, windows, ahead) => {
    if (!addUp(samples)) return;
    const { from, to, count, time, step } = windows;
    for (let index = 0; index < count; index++) {
      const low = from[index] ?? 0;
      const high = to[index] ?? 0;
      if (high - low < 2) continue;
      const distance =
        predict(samples, low, high, time + index * step, ahead[index] ?? Number.NaN) - constant;
      if (keepsBelow ? distance > line.error : -distance > line.error) to[index] = low;
    }
  };
}

/** Sums up to each sample, before it, of x (seconds) and y as they differ from the middle and the first sample. */
let sums = {
  x: new Float64Array(0),
  y: new Float64Array(0),
  xy: new Float64Array(0),
  xx: new Float64Array(0),
};
/** What `addUp` and `predict` found beside their result. */
const line = { error: 0, origin: 0, base: 0, xMost: 0, yMost: 0, valueMost: 0 };

/** @returns false where a value is not finite */
function addUp({ timestamps, values, length }: Samples): boolean {
  if (sums.x.length <= length) {
    const make = (): Float64Array<ArrayBuffer> => new Float64Array((length + 1) * 2);
    sums = { x: make(), y: make(), xy: make(), xx: make() };
  }
  line.origin = timestamps[length >> 1] ?? 0;
  line.base = values[0] ?? 0;
  const { origin, base } = line;
  let [x, y, xy, xx, xMost, yMost, valueMost] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const seconds = ((timestamps[i] ?? 0) - origin) / 1000;
    const value = values[i] ?? 0;
    const rise = value - base;
    if (!Number.isFinite(rise)) return false;
    sums.x[i + 1] = x += seconds;
    sums.y[i + 1] = y += rise;
    sums.xy[i + 1] = xy += seconds * rise;
    sums.xx[i + 1] = xx += seconds * seconds;
    xMost = Math.max(xMost, Math.abs(seconds));
    yMost = Math.max(yMost, Math.abs(rise));
    valueMost = Math.max(valueMost, Math.abs(value));
  }
  line.xMost = xMost;
  line.yMost = yMost;
  line.valueMost = valueMost;
  return true;
}

/** The prediction for a window; leaves in `line` by how much the exact one may differ. */
function predict(
  { timestamps, length }: Samples,
  low: number,
  high: number,
  time: number,
  ahead: number,
): number {
  const { origin, base, xMost, yMost, valueMost } = line;
  const count = high - low;
  const meanX = between(sums.x, low, high) / count;
  const meanY = between(sums.y, low, high) / count;
  const variance = between(sums.xx, low, high) / count - meanX * meanX;
  const covariance = between(sums.xy, low, high) / count - meanX * meanY;
  const slope = covariance / variance;
  const reach = (time - origin) / 1000 + ahead - meanX;
  // A running sum of n terms errs by n units of all that was added.
  const relative = (4 * UNIT * length * length) / count;
  const varianceError = relative * 3 * xMost * xMost;
  const covarianceError = relative * 3 * xMost * yMost;
  // The kernel has x from the evaluation time on and y from 0 on, added without such an error but rounded all the same.
  const span = Math.abs(time - (timestamps[low] ?? 0)) / 1000 + Math.abs(ahead);
  const kernelError = 64 * UNIT * valueMost * (1 + (2 * span * span) / variance);
  const slopeError = (covarianceError + Math.abs(slope) * varianceError) / variance;
  const error =
    slopeError * Math.abs(reach) + relative * yMost + Math.abs(slope) * relative * xMost + kernelError;
  line.error = variance > MARGIN * varianceError ? MARGIN * error : Number.POSITIVE_INFINITY;
  return base + meanY + slope * reach;
}

function between(of: Float64Array, low: number, high: number): number {
  return (of[high] ?? 0) - (of[low] ?? 0);
}
