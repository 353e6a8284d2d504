/** A classic histogram: upper bounds in rising order, the last one +Inf, and the cumulative counts below them. */
export interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

// Differences below this share of the count are taken for rounding errors, not for a counter that fell.
const SMALL_DELTA = 1e-12;

/** Sorted and merged buckets whose counts do not fall; undefined without a bucket to +Inf. */
export function toBuckets(pairs: readonly (readonly [bound: number, count: number])[]): Buckets | undefined {
  const sorted = pairs.toSorted(([a], [b]) => (a === b ? 0 : a - b));
  if (sorted.at(-1)?.[0] !== Number.POSITIVE_INFINITY) return undefined;
  const bounds: number[] = [];
  const counts: number[] = [];
  for (const [bound, count] of sorted) {
    const last = bounds.length - 1;
    if (bounds[last] === bound) counts[last] = (counts[last] ?? 0) + count;
    else {
      bounds.push(bound);
      counts.push(count);
    }
  }
  return { bounds, counts: risingCounts(counts) };
}

function risingCounts(counts: readonly number[]): readonly number[] {
  let previous = counts[0] ?? 0;
  return counts.map((count) => {
    const isNoise = Math.abs(count - previous) <= SMALL_DELTA * (Math.abs(count) + Math.abs(previous));
    if (!isNoise && !(count < previous)) previous = count;
    return previous;
  });
}

/** The φ-quantile, linear within a bucket (Prometheus `BucketQuantile`). */
export function bucketQuantile(phi: number, { bounds, counts }: Buckets): number {
  const last = bounds.length - 1;
  const total = counts[last] ?? 0;
  if (Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  if (bounds.length < 2 || total === 0 || Number.isNaN(total)) return Number.NaN;
  const rank = phi * total;
  const found = counts.findIndex((count, index) => index === last || count >= rank);
  const bound = bounds[found] ?? Number.NaN;
  if (found === last) return bounds[last - 1] ?? Number.NaN;
  if (found === 0 && bound <= 0) return bound;
  const lower = found === 0 ? 0 : (bounds[found - 1] ?? 0);
  const below = found === 0 ? 0 : (counts[found - 1] ?? 0);
  return lower + (bound - lower) * ((rank - below) / ((counts[found] ?? 0) - below));
}

/** The share of observations between two values, linear within a bucket (Prometheus `BucketFraction`). */
export function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  const total = buckets.counts.at(-1) ?? 0;
  if (total === 0 || Number.isNaN(total) || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / total;
}

/** How many observations lie below `value`. */
function rankOf(value: number, { bounds, counts }: Buckets): number {
  const total = counts.at(-1) ?? 0;
  const found = bounds.findIndex((bound) => bound > value);
  if (found < 0) return total;
  const bound = bounds[found] ?? Number.NaN;
  const below = found === 0 ? 0 : (counts[found - 1] ?? 0);
  const firstLower = bound > 0 ? 0 : Number.NEGATIVE_INFINITY;
  const lower = found === 0 ? firstLower : (bounds[found - 1] ?? 0);
  if (value <= lower || bound === Number.POSITIVE_INFINITY) return below;
  // A bucket without a lower bound cannot be divided.
  if (lower === Number.NEGATIVE_INFINITY) return counts[found] ?? 0;
  return Math.min(total, below + (((counts[found] ?? 0) - below) * (value - lower)) / (bound - lower));
}
