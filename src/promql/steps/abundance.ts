import { isComparison } from '../operators.ts';
import { unwrap, type Binary, type Expr } from '../tree.ts';

/**
 * How much an expression is likely to yield: 0 where a comparison leaves almost nothing of a selector, 2 where nothing is
 * left out. Of two operands that one is evaluated first of which less can be expected.
 */
export function abundanceOf(expr: Expr): number {
  switch (expr.kind) {
    case 'paren':
    case 'unary':
      return abundanceOf(expr.expr);
    case 'aggregate':
      return abundanceOf(expr.expr);
    case 'binary':
      return abundanceOfBinary(expr);
    case 'call':
    case 'number':
    case 'string':
    case 'selector':
    case 'range':
    case 'subquery':
      return 2;
  }
}

function abundanceOfBinary({ operator, bool, left, right }: Binary): number {
  if (operator === 'and') return Math.min(abundanceOf(left), abundanceOf(right));
  if (operator === 'unless') return abundanceOf(left);
  if (operator === 'or') return Math.max(abundanceOf(left), abundanceOf(right));
  if (!isComparison(operator) || bool) return 2;
  const ofSelector = [left, right].map(unwrap).some(({ kind }) => kind === 'selector');
  return ofSelector && (left.type === 'scalar' || right.type === 'scalar') ? 0 : 1;
}
