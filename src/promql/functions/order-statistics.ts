/** The smallest of the first `length` values; NaN only when there is nothing else. */
export function minOf(values: Float64Array, length = values.length): number {
  let least = values[0] ?? Number.NaN;
  for (let i = 1; i < length; i++) {
    const value = values[i] ?? 0;
    if (value < least || least !== least) least = value;
  }
  return least;
}

/** The largest of the first `length` values; NaN only when there is nothing else. */
export function maxOf(values: Float64Array, length = values.length): number {
  let most = values[0] ?? Number.NaN;
  for (let i = 1; i < length; i++) {
    const value = values[i] ?? 0;
    if (value > most || most !== most) most = value;
  }
  return most;
}

/** The larger of two numbers; NaN when one is NaN, unless the other is the largest there is (Go's `math.Max`). */
export function maxOfTwo(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : Math.max(a, b);
}

/** The smaller of two numbers, as `maxOfTwo`. */
export function minOfTwo(a: number, b: number): number {
  return -maxOfTwo(-a, -b);
}

/** How `a` stands to `b` when sorted rising (1) or falling (-1); NaN comes last either way. */
export function compareValues(a: number, b: number, sign: 1 | -1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b ? -sign : sign;
}

/** The φ-quantile of the first `length` values, linear between two; NaN sorts first. Outside of [0, 1] it is an infinity. */
export function quantileOf(phi: number, values: Float64Array, length = values.length): number {
  if (length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const rank = phi * (length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(length - 1, lower + 1);
  const weight = rank - lower;
  const ordered = orderAround(values, length, lower);
  return (ordered[lower] ?? Number.NaN) * (1 - weight) + (ordered[upper] ?? Number.NaN) * weight;
}

let scratch = new Float64Array(256);

/** A copy of the values in which those at `rank` and after it are where sorting would put them. */
function orderAround(values: Float64Array, length: number, rank: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  let hasNaN = false;
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? 0;
    scratch[i] = value;
    if (value !== value) hasNaN = true;
  }
  // Comparisons with NaN would lead the search astray.
  if (hasNaN) return scratch.subarray(0, length).toSorted(nanFirst);
  quickselect(scratch, rank, 0, length - 1);
  if (rank + 1 < length) swap(scratch, rank + 1, smallestFrom(scratch, rank + 1, length));
  return scratch;
}

/** Brings the value of a rank to its place, with nothing larger before it and nothing smaller after (Hoare). */
function quickselect(values: Float64Array, rank: number, from: number, to: number): void {
  let low = from;
  let high = to;
  while (low < high) {
    const pivot = values[(low + high) >>> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? 0) < pivot) left++;
      while ((values[right] ?? 0) > pivot) right--;
      if (left <= right) swap(values, left++, right--);
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}

function smallestFrom(values: Float64Array, from: number, length: number): number {
  let least = from;
  for (let i = from + 1; i < length; i++) if ((values[i] ?? 0) < (values[least] ?? 0)) least = i;
  return least;
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] ?? 0;
  values[a] = values[b] ?? 0;
  values[b] = kept;
}

function nanFirst(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
