import { METRIC_NAME } from '../model/labels.ts';
import { createMatcher, type Matcher } from '../model/matcher.ts';
import { selectedNames, selectorsOf } from '../promql/inspect.ts';
import { ALERT_SERIES } from '../ruler/rule-inputs.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { windowsOf } from '../ruler/windows.ts';
import { templateMetrics } from './replay/template-metrics.ts';

/** What tells the fleet's traits. */
export const INFO = 'octopus_instance_info';
/** How long before the first page that counts rules are evaluated, ms: what fires at the start was firing before. */
export const WARM_UP_MS = 3_600_000;

/**
 * What rules read of a history, a selector for each metric: with all its matchers where they are the same in all rules.
 * What rules write themselves is not among it. Selectors that name no metric are not either: they would read everything.
 */
export function historySelectors(groups: readonly RuleGroup[]): (readonly Matcher[])[] {
  const rules = groups.flatMap((group) => group.rules);
  const written = new Set([
    ...ALERT_SERIES,
    ...rules.flatMap(({ kind, name }) => (kind === 'record' ? [name] : [])),
  ]);
  const selectors = new Map<string, Map<string, readonly Matcher[]>>();
  const add = (name: string, others: readonly Matcher[]): void => {
    const matchers = [createMatcher(METRIC_NAME, '=', name), ...others];
    const known = selectors.get(name) ?? new Map<string, readonly Matcher[]>();
    selectors.set(name, known.set(textOf(others), matchers));
  };
  for (const selector of rules.flatMap(({ expr }) => selectorsOf(expr))) {
    const others = selector.matchers.filter(({ name }) => name !== METRIC_NAME);
    for (const name of selectedNames(selector)) add(name, others);
  }
  for (const name of [INFO, ...templateMetrics(rules)]) add(name, []);
  return [...selectors].flatMap(([name, byText]) => {
    const [only, another] = byText.values();
    if (written.has(name) || only === undefined) return [];
    return [another === undefined ? only : [createMatcher(METRIC_NAME, '=', name)]];
  });
}

/** How far before a backtest its rules read, ms. */
export function historyReach(groups: readonly RuleGroup[]): number {
  const { defaultMs, byMetric } = windowsOf(groups);
  return WARM_UP_MS + Math.max(defaultMs, ...byMetric.values());
}

function textOf(matchers: readonly Matcher[]): string {
  return matchers
    .map(({ name, operator, value }) => JSON.stringify([name, operator, value]))
    .toSorted()
    .join();
}
