import type { Window } from '../plan/node.ts';
import { CompensatedSum } from './compensated.ts';
import type { WindowBounds } from './range-kernel.ts';

/** The slope per second of the line through the window. */
export function derivative(window: Window): number | undefined {
  if (window.values.length < 2) return undefined;
  return regression(window, window.timestamps[0] ?? 0).slope;
}

/** The value that the line through the window has `seconds` after the evaluation time. */
export function prediction(window: Window, bounds: WindowBounds, seconds: number): number | undefined {
  if (window.values.length < 2) return undefined;
  const { slope, intercept } = regression(window, bounds.time);
  return slope * seconds + intercept;
}

/** Least squares with x in seconds from `origin` (ms). */
function regression({ timestamps, values }: Window, origin: number): { slope: number; intercept: number } {
  const first = values[0] ?? Number.NaN;
  if (values.every((value) => value === first)) {
    return Number.isFinite(first)
      ? { slope: 0, intercept: first }
      : { slope: Number.NaN, intercept: Number.NaN };
  }
  const [x, y, xy, xx] = [
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
  ];
  const n = values.length;
  for (let i = 0; i < n; i++) {
    const seconds = ((timestamps[i] ?? 0) - origin) / 1000;
    const value = values[i] ?? Number.NaN;
    x.add(seconds);
    y.add(value);
    xy.add(seconds * value);
    xx.add(seconds * seconds);
  }
  const covariance = xy.value - (x.value * y.value) / n;
  const slope = covariance / (xx.value - (x.value * x.value) / n);
  return { slope, intercept: y.value / n - (slope * x.value) / n };
}
