import { parseExpression } from '../parser.ts';
import { printExpression } from '../print.ts';
import { replaceChildren } from '../replace-children.ts';
import { someExpr, type Expr } from '../tree.ts';

/** An expression and when it is asked, in ms since the epoch. */
export interface Query {
  readonly expr: string;
  readonly time: number;
}

/** Functions whose result depends on the evaluation time however their selectors are fixed. */
const TIME_DEPENDENT =
  /^(?:day_of_month|day_of_week|day_of_year|days_in_month|end|hour|minute|month|predict_linear|range|start|step|time|timestamp|year)$/;

/**
 * The query of an evaluation, and behind it those that must have the same answer, as Prometheus's own runner asks
 * them: every selector fixed by `@`, at five times. Their text is printed from the tree, which holds the printer to its
 * word too.
 */
export function queriesOf(expr: string, time: number, rechecks: boolean): readonly Query[] {
  const fixed = rechecks ? fix(expr, time) : undefined;
  if (fixed === undefined) return [{ expr, time }];
  const times = time === 0 ? [-1000, 0, 1000] : [-10 * time, 0, Math.trunc(time / 5), time, 10 * time];
  return [{ expr, time }, ...times.map((other) => ({ expr: fixed, time: other }))];
}

/** Whether an expression means something else in a range query than at one time. */
export function dependsOnRange(expr: string): boolean {
  return /(?:start|end|range|step)\(\)/.test(expr);
}

/** Undefined for what depends on the time by itself, or does not parse. */
function fix(expr: string, time: number): string | undefined {
  let tree: Expr;
  try {
    tree = parseExpression(expr);
  } catch {
    return undefined;
  }
  const dependsOnTime = someExpr(tree, (node) => node.kind === 'call' && TIME_DEPENDENT.test(node.name));
  return dependsOnTime ? undefined : printExpression(fixTimes(tree, time));
}

/** What stands in a subquery is fixed with it. */
function fixTimes(expr: Expr, time: number): Expr {
  if (expr.kind === 'subquery' || expr.kind === 'selector') {
    return { ...expr, at: typeof expr.at === 'number' ? expr.at : time };
  }
  return replaceChildren(expr, (child) => fixTimes(child, time));
}
