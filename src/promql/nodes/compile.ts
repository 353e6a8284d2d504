import type { Binary, Expr, Unary } from '../tree.ts';
import { aggregateNode } from './aggregate/aggregate.ts';
import { binaryNode } from './binary/binary.ts';
import { callNode } from './call/call.ts';
import { closedRangeNode } from './call/extended-range.ts';
import { mapValuesNode } from './call/map-values.ts';
import type { Node, ScalarNode, TextNode, VectorNode } from './node.ts';
import type { Plan } from './plan.ts';
import { selectorNode } from './series/selector.ts';
import { smoothedSelectorNode } from './series/smoothed-selector.ts';
import { isStepInvariant, once } from './step-invariant.ts';
import { subqueryNode } from './subquery/subquery.ts';

/**
 * The node of an expression.
 * @throws Failure `invalid` for an argument that only the evaluator checks (a bad pattern of `label_replace`)
 */
export function compile(expr: Expr, plan: Plan): Node {
  const node = nodeOf(expr, plan);
  return isStepInvariant(expr) && expr.kind !== 'number' ? once(node, plan.context) : node;
}

function nodeOf(expr: Expr, plan: Plan): Node {
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', at: () => expr.value };
    case 'string':
      return { type: 'string', value: expr.value };
    case 'paren':
      return nodeOf(expr.expr, plan);
    case 'selector':
      return expr.extension === 'smoothed' ? smoothedSelectorNode(expr, plan) : selectorNode(expr, plan);
    case 'range':
      return closedRangeNode(expr, plan);
    case 'subquery':
      return subqueryNode(expr, plan, (times) => vector(compile(expr.expr, { ...plan, times })));
    case 'unary':
      return unaryNode(expr, plan);
    case 'binary':
      return compileBinary(expr, plan);
    case 'aggregate': {
      const parameter = expr.parameter && textOrScalar(compile(expr.parameter, plan));
      return aggregateNode(expr, vector(compile(expr.expr, plan)), parameter, plan.context);
    }
    case 'call':
      return callNode(expr, plan, (arg) => compile(arg, plan));
  }
}

function unaryNode({ operator, expr }: Unary, plan: Plan): ScalarNode | VectorNode {
  const child = instant(compile(expr, plan));
  if (operator === '+') return child;
  if (child.type === 'scalar') return { type: 'scalar', at: (time) => -child.at(time) };
  return mapValuesNode((value) => -value, child, plan.context);
}

function compileBinary(expr: Binary, plan: Plan): ScalarNode | VectorNode {
  const left = instant(compile(expr.left, plan));
  const right = instant(compile(expr.right, plan));
  return binaryNode(expr, left, right, plan.context);
}

function vector(node: Node): VectorNode {
  if (node.type !== 'vector') throw new TypeError('the parser lets only an instant vector stand here');
  return node;
}

function instant(node: Node): ScalarNode | VectorNode {
  return node.type === 'scalar' ? node : vector(node);
}

function textOrScalar(node: Node): ScalarNode | TextNode {
  if (node.type === 'matrix' || node.type === 'vector')
    throw new TypeError('a parameter is a scalar or a string');
  return node;
}
