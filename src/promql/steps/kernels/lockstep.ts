/**
 * How many moments in a row come upon one more sample each: most series have a sample for every step, and what goes in
 * step can be copied. At the i-th of them sample `from + i` is the newest.
 * @param from the first sample after the moment before
 * @param moment the first moment, ms; `stride` from one to the next
 * @param most how many moments there are
 */
export function lockstep(
  timestamps: Float64Array,
  length: number,
  from: number,
  moment: number,
  stride: number,
  most: number,
): number {
  // Of the last sample nobody knows what would come after it.
  const end = Math.min(from + most, length - 1);
  let next = from;
  let time = moment;
  while (next < end && (timestamps[next] ?? 0) <= time && (timestamps[next + 1] ?? 0) > time) {
    next++;
    time += stride;
  }
  return next - from;
}
