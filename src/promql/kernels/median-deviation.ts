import { quantileOf } from './order-statistics.ts';

/** `mad_over_time`: the median of the distances to the median; NaN when a value is NaN. */
export function medianDeviation(values: Float64Array, length: number): number {
  for (let i = 0; i < length; i++) if (Number.isNaN(values[i])) return Number.NaN;
  const median = quantileOf(0.5, values, length);
  const distances = values.slice(0, length).map((value) => Math.abs(value - median));
  return quantileOf(0.5, distances, length);
}
