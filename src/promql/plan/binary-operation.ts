import { isComparison, isSetOperator, type BinaryOperator } from '../operators.ts';
import { arithmetic, comparison } from './arithmetic.ts';

/** The result of one pair of values; undefined where a comparison filters it out. */
export type PairOperation = (left: number, right: number) => number | undefined;

/** The operation of an arithmetic or comparison operator; a filtering comparison yields the left value. */
export function pairOperation(operator: BinaryOperator, bool: boolean): PairOperation {
  if (isSetOperator(operator)) throw new TypeError(`${operator} works on sets`);
  if (!isComparison(operator)) return arithmetic(operator);
  const holds = comparison(operator);
  if (bool) return (left, right) => Number(holds(left, right));
  return (left, right) => (holds(left, right) ? left : undefined);
}
