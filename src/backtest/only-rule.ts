import { Failure } from '../model/failure.ts';
import { nearestName } from '../model/nearest-name.ts';
import { selectedNames, selectorsOf } from '../promql/inspect.ts';
import { writes } from '../ruler/rule-inputs.ts';
import type { Rule, RuleGroup } from '../ruler/rule.ts';

/**
 * The rules of a name, and those whose results they read.
 * @throws Failure `not_found` when there is none
 */
export function onlyRule(groups: readonly RuleGroup[], name: string): RuleGroup[] {
  const rules = groups.flatMap((group) => group.rules);
  const kept = new Set(rules.filter((rule) => rule.name === name));
  if (kept.size === 0) throw new Failure('not_found', unknown(rules, name));
  for (const rule of kept) for (const source of rules) if (reads(rule, source)) kept.add(source);
  return groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => kept.has(rule)) }))
    .filter((group) => group.rules.length > 0);
}

function reads({ expr }: Rule, source: Rule): boolean {
  return selectorsOf(expr).some((selector) =>
    selectedNames(selector).some((name) => writes(source, name, selector)),
  );
}

function unknown(rules: readonly Rule[], name: string): string {
  const nearest = nearestName(
    name,
    rules.map((rule) => rule.name),
  );
  return `no rule is called ${name}${nearest === undefined ? '' : ` (${nearest} is near)`}`;
}
