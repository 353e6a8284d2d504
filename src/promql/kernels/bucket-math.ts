/** A classic histogram: upper bounds in rising order and the cumulative counts below them. Used again for the next one. */
export interface Buckets {
  /** How many count. */
  length: number;
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
}

// Differences below this share of the counts are taken for rounding errors, not for a counter that fell.
const SMALL_DELTA = 1e-12;
// The smallest normal float.
const MIN_NORMAL = 2 ** -1022;

/** The φ-quantile, linear within a bucket (Prometheus `BucketQuantile`). May change counts so that they do not fall. */
export function bucketQuantile(phi: number, buckets: Buckets): number {
  if (Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const { bounds, counts, length } = buckets;
  const last = length - 1;
  if (bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN;
  raiseCounts(buckets);
  const total = counts[last] ?? 0;
  if (length < 2 || total === 0) return Number.NaN;
  const rank = phi * total;
  let found = 0;
  while (found < last && !((counts[found] ?? 0) >= rank)) found++;
  const bound = bounds[found] ?? 0;
  if (found === last) return bounds[last - 1] ?? 0;
  if (found === 0 && bound <= 0) return bound;
  const lower = found === 0 ? 0 : (bounds[found - 1] ?? 0);
  const below = found === 0 ? 0 : (counts[found - 1] ?? 0);
  return lower + (bound - lower) * ((rank - below) / ((counts[found] ?? 0) - below));
}

/** Lifts counts that are below the one before, and evens out differences that are noise. */
function raiseCounts({ counts, length }: Buckets): void {
  let previous = counts[0] ?? 0;
  for (let index = 1; index < length; index++) {
    const count = counts[index] ?? 0;
    if (count < previous || isNoise(count, previous)) counts[index] = previous;
    else previous = count;
  }
}

function isNoise(a: number, b: number): boolean {
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < MIN_NORMAL) return difference < SMALL_DELTA * MIN_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < SMALL_DELTA;
}

/** The share of observations between two values, linear within a bucket (Prometheus `BucketFraction`). */
export function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  const last = buckets.length - 1;
  if (buckets.bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN;
  const total = buckets.counts[last] ?? 0;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets, total) - rankOf(lower, buckets, total)) / total;
}

/** How many observations lie below `value`. */
function rankOf(value: number, { bounds, counts, length }: Buckets, total: number): number {
  let found = 0;
  while (found < length && !((bounds[found] ?? 0) > value)) found++;
  if (found === length) return total;
  const bound = bounds[found] ?? 0;
  const below = found === 0 ? 0 : (counts[found - 1] ?? 0);
  const firstLower = bound > 0 ? 0 : Number.NEGATIVE_INFINITY;
  const lower = found === 0 ? firstLower : (bounds[found - 1] ?? 0);
  if (value <= lower) return Math.min(total, below);
  // A bucket without a lower bound cannot be divided.
  if (lower === Number.NEGATIVE_INFINITY) return Math.min(total, counts[found] ?? 0);
  const share = (((counts[found] ?? 0) - below) * (value - lower)) / (bound - lower);
  return Math.min(total, below + share);
}
