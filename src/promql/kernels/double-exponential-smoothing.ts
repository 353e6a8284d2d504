import { Failure } from '../../model/failure.ts';
import type { Window } from '../../model/selection.ts';

/**
 * `double_exponential_smoothing`: the smoothed value at the end of a window of two or more samples.
 * @param smoothing between 0 and 1: how little the past weighs
 * @param trend between 0 and 1: how much the newest change weighs in the trend
 * @throws Failure `invalid` for a factor out of its bounds
 */
export function doubleExponentialSmoothing(
  { length, values }: Window,
  smoothing: number,
  trend: number,
): number | undefined {
  requireFactor('smoothing', 'sf', smoothing);
  requireFactor('trend', 'tf', trend);
  if (length < 2) return undefined;
  let before = 0;
  let smoothed = values[0] ?? Number.NaN;
  let slope = (values[1] ?? Number.NaN) - smoothed;
  for (let i = 1; i < length; i++) {
    if (i > 1) slope = trend * (smoothed - before) + (1 - trend) * slope;
    const next = smoothing * (values[i] ?? Number.NaN) + (1 - smoothing) * (smoothed + slope);
    before = smoothed;
    smoothed = next;
  }
  return smoothed;
}

function requireFactor(what: string, name: string, factor: number): void {
  if (!(factor <= 0 || factor >= 1)) return;
  const expected = `Expected: 0 < ${name} < 1, got: ${factor.toFixed(6)}`;
  throw new Failure('invalid', `invalid ${what} factor. ${expected}`);
}
