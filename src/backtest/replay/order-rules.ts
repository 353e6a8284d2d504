import { resolveDurations } from '../../promql/durations.ts';
import { selectedNames, selectorsOf } from '../../promql/inspect.ts';
import { replaceChildren } from '../../promql/replace-children.ts';
import type { Expr, VectorSelector } from '../../promql/tree.ts';
import { writes } from '../../ruler/rule-inputs.ts';
import type { Rule } from '../../ruler/rule.ts';

/** A rule with its place in the order in which rules are evaluated. */
export interface PlacedRule {
  readonly rule: Rule;
  /** Its place among all rules at one step. */
  readonly place: number;
  /** Its expression over whole blocks of steps: what a later rule writes is read a step late, as it is at each step. */
  readonly expr: Expr;
}

/** One rule, or rules that read their own results by way of each other: those are evaluated until nothing changes. */
export type RuleUnit = { readonly rules: readonly PlacedRule[]; readonly isCircular: boolean };

export interface RuleOrder {
  /** Each finds what it reads complete. */
  readonly units: readonly RuleUnit[];
  /** They read an earlier and a later rule's results by one selector: no order of blocks is right for them. */
  readonly mixed: readonly Rule[];
}

/**
 * Orders rules that are to be evaluated block by block. Step by step a rule sees of an earlier one the result of this
 * step, and of a later one, or of its own, that of the step before.
 * @param rules in the order of their evaluation
 */
export function orderRules(rules: readonly Rule[], stepMs: number): RuleOrder {
  const mixed: Rule[] = [];
  const placed = rules.flatMap((rule, place): PlacedRule[] => {
    const expr = delayed(rule, place, rules, stepMs);
    if (expr === undefined) mixed.push(rule);
    return expr === undefined ? [] : [{ rule, place, expr }];
  });
  const readBy = new Map(placed.map((each) => [each, placed.filter(({ rule }) => reads(each, rule))]));
  return { units: components(placed, (each) => readBy.get(each) ?? []).map(unitOf), mixed };
}

function unitOf(rules: readonly PlacedRule[]): RuleUnit {
  const isCircular = rules.length > 1 || rules.some((each) => reads(each, each.rule));
  return { rules: rules.toSorted((a, b) => a.place - b.place), isCircular };
}

/** The expression with each selector that reads later results moved by a step; undefined when one reads earlier ones too. */
function delayed(rule: Rule, place: number, rules: readonly Rule[], stepMs: number): Expr | undefined {
  const expr = resolveDurations(rule.expr, { stepMs: 0, rangeMs: 0 });
  const late = new Set<VectorSelector>();
  for (const selector of selectorsOf(expr)) {
    const places = rules.flatMap((other, at) => (isReadBy(selector, other) ? [at] : []));
    if (!places.some((at) => at >= place)) continue;
    if (places.some((at) => at < place)) return undefined;
    late.add(selector);
  }
  return late.size === 0 ? expr : moved(expr, late, stepMs);
}

/** Without the newest step: a window that ends a step earlier and begins where it did. */
function moved(expr: Expr, late: ReadonlySet<Expr>, stepMs: number): Expr {
  if (expr.kind === 'selector') return late.has(expr) ? { ...expr, offsetMs: expr.offsetMs + stepMs } : expr;
  const all = replaceChildren(expr, (child) => moved(child, late, stepMs));
  if (all.kind !== 'range' || expr.kind !== 'range' || !late.has(expr.selector)) return all;
  return { ...all, rangeMs: Math.max(1, all.rangeMs - stepMs) };
}

function reads({ expr }: PlacedRule, rule: Rule): boolean {
  return selectorsOf(expr).some((selector) => isReadBy(selector, rule));
}

function isReadBy(selector: VectorSelector, rule: Rule): boolean {
  return selectedNames(selector).some((name) => writes(rule, name, selector));
}

/** The strongly connected components of a graph, each after those it leads to (Tarjan 1972). */
function components<Node>(nodes: readonly Node[], edges: (node: Node) => readonly Node[]): Node[][] {
  const found: Node[][] = [];
  const index = new Map<Node, number>();
  const stack: Node[] = [];
  const visit = (node: Node): number => {
    const own = index.size;
    index.set(node, own);
    stack.push(node);
    let least = own;
    for (const next of edges(node)) {
      if (!index.has(next)) least = Math.min(least, visit(next));
      else if (stack.includes(next)) least = Math.min(least, index.get(next) ?? least);
    }
    if (least === own) found.push(stack.splice(stack.indexOf(node)));
    return least;
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
}
