import { formatDuration } from '../model/duration.ts';
import { selectedNames } from '../promql/inspect.ts';
import { childrenOf, type Expr, type VectorSelector } from '../promql/tree.ts';
import { writes } from '../ruler/rule-inputs.ts';
import type { Rule } from '../ruler/rule.ts';
import type { ShortRange } from './replay/short-ranges.ts';

/** A rule of which a history says nothing: that it did not fire there means nothing either. */
export interface Unjudged {
  readonly rule: Rule;
  readonly reason: 'resolution' | 'metrics';
  /** What it needs. */
  readonly detail: string;
  /** Metrics that the history lacks. */
  readonly metrics: readonly string[];
}

const ABSENCE: ReadonlySet<string> = new Set(['absent', 'absent_over_time']);

/** A rule whose ranges hold too few samples. */
export function unjudgedRange({ rule, metric, rangeMs, neededMs, resolutionMs }: ShortRange): Unjudged {
  const range = formatDuration(rangeMs);
  return {
    rule,
    reason: 'resolution',
    detail: `its range ${range} needs samples of ${metric} every ${formatDuration(neededMs)} or more often, here they are ${formatDuration(resolutionMs)} apart`,
    metrics: [],
  };
}

/** Alerting rules that never fired, and could not: there is no sample of metrics that they need. */
export function unjudgedMetrics(
  rules: readonly Rule[],
  isPresent: (metric: string) => boolean,
  hasFired: (rule: Rule) => boolean,
): Unjudged[] {
  const lacks = lackOf(rules, isPresent);
  return rules.flatMap((rule): Unjudged[] => {
    if (rule.kind === 'record' || hasFired(rule)) return [];
    const metrics = [...new Set(lacks(rule))].toSorted();
    if (metrics.length === 0) return [];
    return [{ rule, reason: 'metrics', detail: `there are no samples of ${metrics.join(', ')}`, metrics }];
  });
}

/** Metrics without which a rule has no result; what it reads of recording rules is followed back to what those need. */
function lackOf(
  rules: readonly Rule[],
  isPresent: (metric: string) => boolean,
): (rule: Rule) => readonly string[] {
  const known = new Map<Rule, readonly string[]>();

  function ofRule(rule: Rule): readonly string[] {
    let lack = known.get(rule);
    if (lack === undefined) {
      // One that reads itself lacks nothing for that.
      known.set(rule, []);
      known.set(rule, (lack = ofExpr(rule.expr)));
    }
    return lack;
  }

  function ofExpr(expr: Expr): readonly string[] {
    if (expr.kind === 'selector') return ofSelector(expr);
    if (expr.kind === 'call' && ABSENCE.has(expr.name)) return [];
    if (expr.kind !== 'binary') return childrenOf(expr).flatMap(ofExpr);
    if (expr.operator === 'unless') return ofExpr(expr.left);
    const [left, right] = [ofExpr(expr.left), ofExpr(expr.right)];
    return expr.operator === 'or' && (left.length === 0 || right.length === 0) ? [] : [...left, ...right];
  }

  function ofSelector(selector: VectorSelector): readonly string[] {
    const lacks = selectedNames(selector).map((name) => {
      const sources = rules.filter((rule) => writes(rule, name, selector)).map(ofRule);
      if (sources.length === 0) return isPresent(name) ? [] : [name];
      return sources.some((lack) => lack.length === 0) ? [] : sources.flat();
    });
    return lacks.some((lack) => lack.length === 0) ? [] : lacks.flat();
  }

  return ofRule;
}
