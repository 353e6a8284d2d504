import { childrenOf, type Expr } from '../../tree.ts';

/** Functions of the query's own bounds. */
const OF_QUERY: ReadonlySet<string> = new Set(['start', 'end', 'step', 'range']);

/**
 * Whether what an expression was worth at a time stays that for good once the samples up to that time are there: it
 * looks at no later ones, and not at the bounds of the query.
 */
export function settles(expr: Expr): boolean {
  return staysAsIs(expr) && childrenOf(expr).every(settles);
}

function staysAsIs(expr: Expr): boolean {
  if (expr.kind === 'call') return !OF_QUERY.has(expr.name);
  if (expr.kind !== 'selector' && expr.kind !== 'subquery') return true;
  if (expr.at !== undefined || expr.offsetMs < 0) return false;
  return expr.kind === 'subquery' || expr.extension !== 'smoothed';
}
