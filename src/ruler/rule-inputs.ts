import { selectedNames, selectorsOf } from '../promql/inspect.ts';
import type { VectorSelector } from '../promql/tree.ts';
import type { Rule } from './rule.ts';

/** What the ruler records of every alert. */
export const ALERT_SERIES: readonly string[] = ['ALERTS', 'ALERTS_FOR_STATE'];

/**
 * Tells which metrics a rule reads in the end, sorted: what it reads of recording rules and of alerts is followed back
 * to what those read.
 */
export function ruleInputs(rules: readonly Rule[]): (rule: Rule) => readonly string[] {
  return (rule) => [...read(rule, rules, new Set())].toSorted();
}

function read(rule: Rule, rules: readonly Rule[], seen: Set<Rule>): Set<string> {
  const metrics = new Set<string>();
  seen.add(rule);
  for (const selector of selectorsOf(rule.expr)) {
    for (const name of selectedNames(selector)) {
      const sources = rules.filter((other) => writes(other, name, selector));
      if (sources.length === 0) metrics.add(name);
      for (const source of sources.filter((other) => !seen.has(other)))
        for (const metric of read(source, rules, seen)) metrics.add(metric);
    }
  }
  return metrics;
}

/** Whether a rule may write a series `name` that a selector selects. */
export function writes(rule: Rule, name: string, { matchers }: VectorSelector): boolean {
  if (rule.kind === 'record' ? rule.name !== name : !ALERT_SERIES.includes(name)) return false;
  const fixed = Object.entries(
    rule.kind === 'record' ? rule.labels : { ...rule.labels, alertname: rule.name },
  );
  const labels = new Map(fixed.filter(([, value]) => !value.includes('{{')));
  return matchers.every((matcher) => {
    const value = labels.get(matcher.name);
    return value === undefined || matcher.matches(value);
  });
}
