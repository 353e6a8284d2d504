import type { Threshold } from '../model/alert.ts';
import { unwrap, type Binary, type Expr } from '../promql/tree.ts';
import { unitOf } from './unit-of.ts';

const FLIPPED: Readonly<Record<Threshold['operator'], Threshold['operator']>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
};

/**
 * What an alert's value was compared with: the comparison with a number that decides on the elements, which keep the
 * value of its other side. `and` and `unless` keep the value of their left side; of `or` nobody can tell.
 */
export function thresholdOf(expr: Expr): Threshold | undefined {
  const node = unwrap(expr);
  if (node.kind !== 'binary') return undefined;
  if (node.operator === 'and' || node.operator === 'unless') return thresholdOf(node.left);
  return node.bool ? undefined : comparison(node);
}

function comparison({ operator, left, right }: Binary): Threshold | undefined {
  if (!isComparison(operator)) return undefined;
  const value = numberOf(right);
  if (value !== undefined) return { operator, value, ...unitOfEither(left, right) };
  const flipped = numberOf(left);
  if (flipped === undefined) return undefined;
  return { operator: FLIPPED[operator], value: flipped, ...unitOfEither(right, left) };
}

/** A number written as a duration says what it is compared with. */
function unitOfEither(compared: Expr, number: Expr): Pick<Threshold, 'unit'> {
  const unit = unitOf(compared) ?? unitOf(number);
  return unit === undefined ? {} : { unit };
}

function isComparison(operator: string): operator is Threshold['operator'] {
  return Object.hasOwn(FLIPPED, operator);
}

function numberOf(expr: Expr): number | undefined {
  const node = unwrap(expr);
  if (node.kind === 'number') return node.value;
  const inner = node.kind === 'unary' ? numberOf(node.expr) : undefined;
  return inner === undefined || node.kind !== 'unary' || node.operator === '+' ? inner : -inner;
}
