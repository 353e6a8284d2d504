import { childrenOf, type Expr } from '../tree.ts';

const QUERY_CALLS: ReadonlySet<string> = new Set(['start', 'end', 'step', 'range']);

/** Whether an expression asks for the bounds of the query it is part of: `@ start()`, `@ end()`, `range()` … */
export function usesBounds(expr: Expr): boolean {
  if ((expr.kind === 'selector' || expr.kind === 'subquery') && typeof expr.at === 'string') return true;
  if (expr.kind === 'call' && QUERY_CALLS.has(expr.name)) return true;
  return childrenOf(expr).some(usesBounds);
}
