import { lockstep } from './lockstep.ts';

/**
 * Of each moment the samples in `(moment - rangeMs, moment]`, as `[from, to)`.
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
  countUpTo(timestamps, length, first - rangeMs, stride, count, from);
  countUpTo(timestamps, length, first, stride, count, to);
}

/** How many samples there are up to each moment. */
function countUpTo(
  timestamps: Float64Array,
  length: number,
  first: number,
  stride: number,
  count: number,
  out: Int32Array,
): void {
  let next = 0;
  let moment = first;
  let step = 0;
  while (step < count) {
    while (next < length && (timestamps[next] ?? 0) <= moment) next++;
    out[step++] = next;
    moment += stride;
    const end = step + lockstep(timestamps, length, next, moment, stride, count - step);
    moment += (end - step) * stride;
    while (step < end) out[step++] = ++next;
  }
}
