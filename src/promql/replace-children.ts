import type { Expr, VectorSelector } from './tree.ts';

/** `expr` with each expression directly below it replaced; the same object where nothing is below. */
export function replaceChildren(expr: Expr, replace: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return expr;
    case 'range':
      return { ...expr, selector: asSelector(replace(expr.selector)) };
    case 'subquery':
    case 'unary':
    case 'paren':
      return { ...expr, expr: replace(expr.expr) };
    case 'binary':
      return { ...expr, left: replace(expr.left), right: replace(expr.right) };
    case 'aggregate': {
      const parameter = expr.parameter === undefined ? {} : { parameter: replace(expr.parameter) };
      return { ...expr, expr: replace(expr.expr), ...parameter };
    }
    case 'call':
      return { ...expr, args: expr.args.map(replace) };
  }
}

function asSelector(expr: Expr): VectorSelector {
  if (expr.kind !== 'selector') throw new TypeError('only a selector may stand in the place of a selector');
  return expr;
}
