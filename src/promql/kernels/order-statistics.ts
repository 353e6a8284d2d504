import { selectQuantile } from './quickselect.ts';

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

let scratch = new Float64Array(256);

/** The φ-quantile of the first `length` values, linear between two; NaN sorts first. Outside of [0, 1] it is an infinity. */
export function quantileOf(phi: number, values: Float64Array, length = values.length): number {
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  for (let i = 0; i < length; i++) scratch[i] = values[i] ?? 0;
  return selectQuantile(phi, scratch, 0, length);
}
