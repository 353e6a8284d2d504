import { createMatcher } from '../model/matcher.ts';
import { replaceChildren } from '../promql/replace-children.ts';
import { childrenOf, unwrap, type Aggregate, type Binary, type Expr } from '../promql/tree.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['>', '>=', '<', '<=', '==', '!=']);
/** Functions that look at more than one series at a time, or make labels. */
const ACROSS: ReadonlySet<string> = new Set([
  'scalar',
  'vector',
  'absent',
  'absent_over_time',
  'label_replace',
  'label_join',
  'info',
]);

/** What a rule compares, without the comparison with a number that leaves out what is no trouble. */
export function comparedPart(expr: Expr): Expr {
  const node = unwrap(expr);
  if (node.kind !== 'binary') return node;
  if (node.operator === 'and' || node.operator === 'unless') return comparedPart(node.left);
  if (node.bool || !COMPARISONS.has(node.operator)) return node;
  if (unwrap(node.right).type === 'scalar') return node.left;
  return unwrap(node.left).type === 'scalar' ? node.right : node;
}

/** The same for one value of a label, where every series it is made of has that value itself; else unchanged. */
export function focused(expr: Expr, label: string, value: string): Expr {
  if (!keeps(expr, label)) return expr;
  const matcher = createMatcher(label, '=', value);
  const focus = (node: Expr): Expr =>
    node.kind === 'selector'
      ? { ...node, matchers: [...node.matchers, matcher] }
      : replaceChildren(node, focus);
  return focus(expr);
}

/** Whether an element of the result is made only of series with the same value of the label. */
function keeps(expr: Expr, label: string): boolean {
  if (expr.kind === 'call' && ACROSS.has(expr.name)) return false;
  if (expr.kind === 'aggregate' && !groupsBy(expr, label)) return false;
  if (expr.kind === 'binary' && !matchesOn(expr, label)) return false;
  return childrenOf(expr).every((child) => keeps(child, label));
}

function groupsBy({ without, grouping }: Aggregate, label: string): boolean {
  return without !== grouping.includes(label);
}

function matchesOn({ matching }: Binary, label: string): boolean {
  return matching === undefined || matching.on === matching.labels.includes(label);
}
