/**
 * The φ-quantile of `values[start, end)` by linear interpolation; NaN sorts first. Outside of [0, 1] it is an
 * infinity, of nothing NaN. Reorders the values.
 */
export function selectQuantile(phi: number, values: Float64Array, start: number, end: number): number {
  if (start >= end || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const rank = phi * (end - start - 1);
  const lower = start + Math.floor(rank);
  const weight = rank - Math.floor(rank);
  const numbers = moveNaNsFirst(values, start, end);
  if (lower < numbers) return Number.NaN;
  select(values, numbers, end - 1, lower);
  const low = values[lower] ?? Number.NaN;
  const high = lower + 1 < end ? leastOf(values, lower + 1, end) : low;
  return low * (1 - weight) + high * weight;
}

/** Returns where the numbers begin. */
function moveNaNsFirst(values: Float64Array, start: number, end: number): number {
  let numbers = start;
  for (let index = start; index < end; index++) {
    const value = values[index] ?? 0;
    if (value === value) continue;
    values[index] = values[numbers] ?? 0;
    values[numbers++] = value;
  }
  return numbers;
}

/** Puts the value that sorting would put at `wanted` there, nothing greater before it and nothing less after (Hoare). */
function select(values: Float64Array, first: number, last: number, wanted: number): void {
  let low = first;
  let high = last;
  while (low < high) {
    const pivot = values[(low + high) >>> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? 0) < pivot) left++;
      while ((values[right] ?? 0) > pivot) right--;
      if (left > right) break;
      const held = values[left] ?? 0;
      values[left++] = values[right] ?? 0;
      values[right--] = held;
    }
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else return;
  }
}

function leastOf(values: Float64Array, start: number, end: number): number {
  let least = values[start] ?? Number.NaN;
  for (let index = start + 1; index < end; index++) {
    const value = values[index] ?? 0;
    if (value < least) least = value;
  }
  return least;
}
