import type { ArithmeticOperator, ComparisonOperator } from '../../operators.ts';

/** Writes the results of an operator for the first `length` pairs. */
export type ArithmeticLoop = (
  left: Float64Array,
  right: Float64Array,
  length: number,
  out: Float64Array,
) => void;

/** Writes 1 where a pair is in the relation and else 0. NaN is in none but `!=`. */
export type ComparisonLoop = (
  left: Float64Array,
  right: Float64Array,
  length: number,
  out: Uint8Array,
) => void;

// One loop for each operator: a function handed to a loop that all share would be called anew for every pair.
const ARITHMETIC: Readonly<Record<ArithmeticOperator, ArithmeticLoop>> = {
  '+': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) + (right[i] ?? 0);
  },
  '-': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) - (right[i] ?? 0);
  },
  '*': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) * (right[i] ?? 0);
  },
  '/': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) / (right[i] ?? 0);
  },
  '%': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) % (right[i] ?? 0);
  },
  '^': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = power(left[i] ?? 0, right[i] ?? 0);
  },
  atan2: (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = Math.atan2(left[i] ?? 0, right[i] ?? 0);
  },
};

const COMPARISONS: Readonly<Record<ComparisonOperator, ComparisonLoop>> = {
  '==': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) === (right[i] ?? 0) ? 1 : 0;
  },
  '!=': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) === (right[i] ?? 0) ? 0 : 1;
  },
  '<=': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) <= (right[i] ?? 0) ? 1 : 0;
  },
  '<': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) < (right[i] ?? 0) ? 1 : 0;
  },
  '>=': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) >= (right[i] ?? 0) ? 1 : 0;
  },
  '>': (left, right, length, out) => {
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) > (right[i] ?? 0) ? 1 : 0;
  },
};

/** The loop of `+`, `-`, … over pairs of values. */
export function arithmeticLoop(operator: ArithmeticOperator): ArithmeticLoop {
  return ARITHMETIC[operator];
}

/** The loop of `==`, `<`, … over pairs of values. */
export function comparisonLoop(operator: ComparisonOperator): ComparisonLoop {
  return COMPARISONS[operator];
}

/** IEEE 754 `pow`, where JavaScript differs: 1 to any power and -1 to an infinite one are 1. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Infinity || exponent === -Infinity)) return 1;
  return base ** exponent;
}
