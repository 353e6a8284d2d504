/** Samples in rising time; days need not follow each other. */
export interface DailySample {
  /** Days since the epoch. */
  readonly day: number;
  readonly value: number;
}

/**
 * The slope of a series in units a day: the median of the slopes between all pairs of samples (Theil 1950, Sen 1968). Up
 * to 29 % of the samples may be wrong without moving it far. Undefined for fewer than two samples.
 */
export function theilSenSlope(samples: readonly DailySample[]): number | undefined {
  const slopes = new Float64Array((samples.length * (samples.length - 1)) / 2);
  let count = 0;
  for (const [index, { day, value }] of samples.entries())
    for (const earlier of samples.slice(0, index))
      slopes[count++] = (value - earlier.value) / (day - earlier.day);
  return middleOf(slopes.toSorted());
}

/** The middle value, the mean of both middle ones of an even count; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return middleOf(Float64Array.from(values).toSorted());
}

function middleOf(sorted: Float64Array): number | undefined {
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}
