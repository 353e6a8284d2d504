import type { Window } from '../../model/selection.ts';
import type { WindowBounds } from '../nodes/node.ts';
import { CompensatedSum } from './compensated.ts';

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** The slope per second of the line through the window. */
export function derivative(window: Window): number | undefined {
  return window.length < 2 ? undefined : lineThrough(window, window.timestamps[0] ?? 0).slope;
}

/** The value that the line through the window has `seconds` after the evaluation time. */
export function prediction(window: Window, bounds: WindowBounds, seconds: number): number | undefined {
  if (window.length < 2) return undefined;
  const { slope, intercept } = lineThrough(window, bounds.time);
  return slope * seconds + intercept;
}

function lineThrough(window: Window, origin: number): Line {
  const first = window.values[0] ?? 0;
  if (!isConstant(window, first)) return leastSquares(window, origin);
  return Number.isFinite(first)
    ? { slope: 0, intercept: first }
    : { slope: Number.NaN, intercept: Number.NaN };
}

function isConstant({ length, values }: Window, first: number): boolean {
  for (let i = 0; i < length; i++) if (values[i] !== first) return false;
  return true;
}

/** Least squares with x in seconds from `origin` (ms). */
function leastSquares({ length, timestamps, values }: Window, origin: number): Line {
  const x = new CompensatedSum();
  const y = new CompensatedSum();
  const xy = new CompensatedSum();
  const xx = new CompensatedSum();
  for (let i = 0; i < length; i++) {
    const seconds = ((timestamps[i] ?? 0) - origin) / 1000;
    const value = values[i] ?? 0;
    x.add(seconds);
    y.add(value);
    xy.add(seconds * value);
    xx.add(seconds * seconds);
  }
  const covariance = xy.value - (x.value * y.value) / length;
  const slope = covariance / (xx.value - (x.value * x.value) / length);
  return { slope, intercept: y.value / length - (slope * x.value) / length };
}
