import { resolveDurations } from '../promql/durations.ts';
import { selectedNames } from '../promql/inspect.ts';
import { DEFAULT_LOOKBACK_MS } from '../promql/options.ts';
import { childrenOf, type Expr, type VectorSelector } from '../promql/tree.ts';
import type { RuleGroup } from './rule.ts';

/** How far back the head keeps samples, ms. */
export interface Windows {
  /** Of metrics that no rule names. */
  readonly defaultMs: number;
  /** By metric name. */
  readonly byMetric: ReadonlyMap<string, number>;
}

/** A round may begin late, and its last rules still look back from the time it was due. */
const LATE_MS = 15_000;
/** Whatever rules read, the present value of a metric can be asked for. */
const SHORTEST_MS = DEFAULT_LOOKBACK_MS + LATE_MS;
/** What `info()` reads where it names no metric. */
const INFO_METRIC = 'target_info';
const INSTANT = { stepMs: 0, rangeMs: 0 };

/**
 * How far back rules read each metric: range or lookback, with offset, those of the subqueries around it, and the
 * group's `query_offset`. A selector that does not say what it reads may read anything.
 */
export function windowsOf(groups: readonly RuleGroup[]): Windows {
  const named = new Map<string, number>();
  let anyMs = SHORTEST_MS;
  for (const { rules, queryOffsetMs } of groups) {
    for (const { names, reachMs } of rules.flatMap(({ expr }) => [
      ...reachesOf(resolved(expr), queryOffsetMs),
    ])) {
      const neededMs = reachMs + LATE_MS;
      if (names.length === 0) anyMs = Math.max(anyMs, neededMs);
      for (const name of names) named.set(name, Math.max(neededMs, named.get(name) ?? 0));
    }
  }
  const byMetric = [...named].map(([name, ms]) => [name, Math.max(ms, anyMs)] as const);
  return { defaultMs: anyMs, byMetric: new Map(byMetric) };
}

/** What one selector reads, and how far before the evaluation time. */
interface Reach {
  readonly names: readonly string[];
  readonly reachMs: number;
}

/** An offset into the future reaches back no further than none. */
function* reachesOf(expr: Expr, aroundMs: number): Iterable<Reach> {
  switch (expr.kind) {
    case 'selector':
      yield {
        names: selectedNames(expr),
        reachMs: aroundMs + DEFAULT_LOOKBACK_MS + Math.max(0, expr.offsetMs),
      };
      return;
    case 'range':
      yield {
        names: selectedNames(expr.selector),
        reachMs: aroundMs + rangeReachMs(expr.rangeMs, expr.selector),
      };
      return;
    case 'subquery':
      yield* reachesOf(expr.expr, aroundMs + expr.rangeMs + Math.max(0, expr.offsetMs));
      return;
    case 'call':
      if (expr.name === 'info') yield { names: [INFO_METRIC], reachMs: aroundMs + DEFAULT_LOOKBACK_MS };
      for (const child of expr.args) yield* reachesOf(child, aroundMs);
      return;
    case 'number':
    case 'string':
    case 'unary':
    case 'binary':
    case 'aggregate':
    case 'paren':
      for (const child of childrenOf(expr)) yield* reachesOf(child, aroundMs);
  }
}

/** `anchored` and `smoothed` also read the sample that was the newest where the range begins. */
function rangeReachMs(rangeMs: number, { offsetMs, extension }: VectorSelector): number {
  return rangeMs + Math.max(0, offsetMs) + (extension === undefined ? 0 : DEFAULT_LOOKBACK_MS);
}

/** A computed duration that has no value fails the rule at every evaluation: it reads nothing. */
function resolved(expr: Expr): Expr {
  try {
    return resolveDurations(expr, INSTANT);
  } catch {
    return expr;
  }
}
