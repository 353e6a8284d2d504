import {
  childrenOf,
  type Call,
  type Expr,
  type RangeSelector,
  type VectorSelector,
} from '../../promql/tree.ts';

/** All nodes of an expression, from the outside in. */
export function* nodesOf(expr: Expr): Iterable<Expr> {
  yield expr;
  for (const child of childrenOf(expr)) yield* nodesOf(child);
}

/** The calls of an expression, outermost first. */
export function callsOf(expr: Expr): Call[] {
  return [...nodesOf(expr)].filter((node) => node.kind === 'call');
}

/** The range selectors among the arguments of a call. */
export function rangesOf(call: Call): RangeSelector[] {
  return call.args.filter((arg) => arg.kind === 'range');
}

/** Where the name of a selector's metric stands, else the whole selector. */
export function nameSpan(
  { start, end }: VectorSelector,
  name: string,
  text: string,
): { start: number; end: number } {
  return text.startsWith(name, start) ? { start, end: start + name.length } : { start, end };
}
