import { isTruthy, kindOf, type TemplateMethod, type TemplateValue } from './value.ts';

/** Go's comparisons; unlike there, a whole number and a float compare as numbers, so `gt $value 1` works. */
export const compareFunctions: Readonly<Record<string, TemplateMethod>> = {
  not: (value) => !isTruthy(value),
  eq: (first, ...others) => {
    if (others.length === 0) throw new Error('needs two arguments');
    return others.some((other) => isEqual(first, other));
  },
  ne: (a, b) => !isEqual(a, b),
  lt: (a, b) => order(a, b) < 0,
  le: (a, b) => order(a, b) <= 0,
  gt: (a, b) => order(a, b) > 0,
  ge: (a, b) => order(a, b) >= 0,
};

function isEqual(a: TemplateValue, b: TemplateValue): boolean {
  const [left, right] = [comparable(a), comparable(b)];
  if (left === null || right === null) return left === right;
  if (typeof left !== typeof right) throw incomparable(left, right);
  return left === right;
}

/** Negative, zero or positive; NaN for a comparison with NaN, which is false every way. */
function order(a: TemplateValue, b: TemplateValue): number {
  const [left, right] = [comparable(a), comparable(b)];
  if (typeof left === 'number' && typeof right === 'number') return left === right ? 0 : left - right;
  if (typeof left !== 'string' || typeof right !== 'string') throw incomparable(a, b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function comparable(value: TemplateValue): TemplateValue {
  return typeof value === 'bigint' ? Number(value) : (value ?? null);
}

function incomparable(a: TemplateValue, b: TemplateValue): Error {
  return new Error(`cannot compare ${kindOf(a)} with ${kindOf(b)}`);
}
