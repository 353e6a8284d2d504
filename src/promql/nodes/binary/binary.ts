import { isComparison, isSetOperator } from '../../operators.ts';
import type { Binary } from '../../tree.ts';
import type { ScalarNode, VectorNode } from '../node.ts';
import type { PlanOptions } from '../plan.ts';
import { joinNode } from './join.ts';
import { pairOperation } from './pair-operation.ts';
import { setNode } from './set-operation.ts';
import { vectorScalarNode } from './vector-scalar.ts';

/** An operator between scalars, a vector and a scalar, or two vectors, as the parser has checked. */
export function binaryNode(
  expr: Binary,
  left: ScalarNode | VectorNode,
  right: ScalarNode | VectorNode,
  options: PlanOptions,
): ScalarNode | VectorNode {
  const { operator, matching } = expr;
  if (left.type === 'scalar') {
    return right.type === 'scalar'
      ? scalarsNode(expr, left, right)
      : vectorScalarNode(expr, right, left, 'right', options);
  }
  if (right.type === 'scalar') return vectorScalarNode(expr, left, right, 'left', options);
  if (matching === undefined) throw new TypeError('a vector operation has a matching');
  if (isSetOperator(operator)) return setNode(operator, matching, left, right);
  return joinNode(expr, matching, left, right, options);
}

function scalarsNode(expr: Binary, left: ScalarNode, right: ScalarNode): ScalarNode {
  // Between scalars a comparison yields a number; the parser asks for `bool`.
  const operation = pairOperation({ operator: expr.operator, bool: isComparison(expr.operator) });
  if (operation.kind === 'filter') throw new TypeError('a comparison of scalars has bool');
  const [first, second, result] = [new Float64Array(1), new Float64Array(1), new Float64Array(1)];
  return {
    type: 'scalar',
    at(time) {
      first[0] = left.at(time);
      second[0] = right.at(time);
      operation.run(first, second, 1, result);
      return result[0] ?? Number.NaN;
    },
  };
}
