/** The smallest value; NaN only when there is nothing else. */
export function minOf(values: Float64Array): number {
  let least = values[0] ?? Number.NaN;
  for (const value of values) if (value < least || Number.isNaN(least)) least = value;
  return least;
}

/** The largest value; NaN only when there is nothing else. */
export function maxOf(values: Float64Array): number {
  let most = values[0] ?? Number.NaN;
  for (const value of values) if (value > most || Number.isNaN(most)) most = value;
  return most;
}

/** How `a` stands to `b` when sorted rising (1) or falling (-1); NaN comes last either way. */
export function compareValues(a: number, b: number, sign: 1 | -1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b ? -sign : sign;
}

/** The φ-quantile by linear interpolation; NaN sorts first. Outside of [0, 1] it is an infinity. */
export function quantileOf(phi: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted(nanFirst);
  const rank = phi * (sorted.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - lower;
  return (sorted[lower] ?? Number.NaN) * (1 - weight) + (sorted[upper] ?? Number.NaN) * weight;
}

function nanFirst(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
