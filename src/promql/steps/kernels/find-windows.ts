/**
 * Of each moment the samples in `(moment - rangeMs, moment]`, as `[from, to)`: both ends only ever move forward.
 * @param first the first moment, ms
 * @param stride ms from one to the next, not below 0
 * @param length how many of the timestamps count
 */
export function findWindows(
  timestamps: Float64Array,
  length: number,
  { first, stride, count }: { readonly first: number; readonly stride: number; readonly count: number },
  rangeMs: number,
  from: Int32Array,
  to: Int32Array,
): void {
  let low = 0;
  let high = 0;
  let moment = first;
  for (let step = 0; step < count; step++) {
    while (high < length && (timestamps[high] ?? 0) <= moment) high++;
    const start = moment - rangeMs;
    while (low < high && (timestamps[low] ?? 0) <= start) low++;
    from[step] = low;
    to[step] = high;
    moment += stride;
  }
}
