import { withoutName } from '../label-sets.ts';
import { isComparison, isSetOperator, type BinaryOperator } from '../operators.ts';
import type { Binary } from '../tree.ts';
import type { Vector } from '../value.ts';
import { EMPTY_VECTOR, VectorBuilder } from '../vector-builder.ts';
import { pairOperation, type PairOperation } from './binary-operation.ts';
import { joiner } from './join.ts';
import type { ScalarPlan, VectorPlan } from './node.ts';
import { setOperation } from './set-operation.ts';

/** @param left and right: scalars or vectors, as the parser has checked */
export function planBinary(
  expr: Binary,
  left: ScalarPlan | VectorPlan,
  right: ScalarPlan | VectorPlan,
): ScalarPlan | VectorPlan {
  const { operator, bool, matching } = expr;
  if (left.type === 'vector' && right.type === 'vector') {
    if (matching === undefined) throw new TypeError('a vector operation has a matching');
    const combine = isSetOperator(operator)
      ? setOperation(operator, matching)
      : joiner(matching, pairOperation(operator, bool), dropsName(operator, bool));
    return { type: 'vector', at: (time) => combine(left.at(time), right.at(time)) };
  }
  const operation = pairOperation(operator, bool);
  if (left.type === 'scalar' && right.type === 'scalar') {
    return { type: 'scalar', at: (time) => operation(left.at(time), right.at(time)) ?? Number.NaN };
  }
  return withScalar(left, right, operation, operator, bool);
}

function withScalar(
  left: ScalarPlan | VectorPlan,
  right: ScalarPlan | VectorPlan,
  operation: PairOperation,
  operator: BinaryOperator,
  bool: boolean,
): VectorPlan {
  const drops = dropsName(operator, bool);
  const filters = isComparison(operator) && !bool;
  const apply = (vector: Vector, operationOf: (value: number) => number | undefined): Vector => {
    const builder = new VectorBuilder();
    vector.labels.forEach((labels, index) => {
      const value = vector.values[index] ?? Number.NaN;
      const result = operationOf(value);
      // A filter keeps the vector's own value, on whichever side it stands.
      if (result !== undefined) builder.add(drops ? withoutName(labels) : labels, filters ? value : result);
    });
    return drops ? builder.buildDistinct() : builder.build();
  };
  return {
    type: 'vector',
    at(time) {
      const [first, second] = [left.at(time), right.at(time)];
      if (typeof first === 'number') {
        return typeof second === 'number' ? EMPTY_VECTOR : apply(second, (value) => operation(first, value));
      }
      return typeof second === 'number' ? apply(first, (value) => operation(value, second)) : EMPTY_VECTOR;
    },
  };
}

function dropsName(operator: BinaryOperator, bool: boolean): boolean {
  return bool || !isComparison(operator);
}
