import { childrenOf, unwrap, type Expr } from '../tree.ts';
import type { Instant, Node } from './node.ts';
import type { QueryContext } from './query-context.ts';

/** Functions that look at the evaluation time however their arguments are fixed. */
const OF_TIME: ReadonlySet<string> = new Set(
  'day_of_month day_of_week day_of_year days_in_month hour minute month predict_linear time timestamp year'.split(
    ' ',
  ),
);

/** Whether the answer is the same at all steps of a query, as `@` fixes what is looked at. */
export function isStepInvariant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true;
    case 'selector':
    case 'subquery':
      return expr.at !== undefined;
    case 'call': {
      const [first] = expr.args;
      const isSampleTime =
        expr.name === 'timestamp' && first !== undefined && unwrap(first).kind === 'selector';
      return (isSampleTime || !OF_TIME.has(expr.name)) && expr.args.every(isStepInvariant);
    }
    case 'range':
    case 'unary':
    case 'paren':
    case 'binary':
    case 'aggregate':
      return childrenOf(expr).every(isStepInvariant);
  }
}

/** Evaluates a node once for all steps of a query. */
export function once(node: Node, context: QueryContext): Node {
  if (node.type === 'vector') {
    let answer: Instant | undefined;
    let round = 0;
    const at = (time: number): Instant => {
      if (answer === undefined || round !== context.round) {
        answer = node.at(time);
        round = context.round;
      }
      return answer;
    };
    return { ...node, at };
  }
  if (node.type !== 'scalar') return node;
  let value = Number.NaN;
  let round = 0;
  return {
    type: 'scalar',
    at(time) {
      if (round !== context.round) {
        value = node.at(time);
        round = context.round;
      }
      return value;
    },
  };
}
