import { labelsKey } from '../../model/labels.ts';
import { printExpression } from '../../promql/print.ts';
import type { Rule } from '../rule.ts';

/** What findings of duplicates name: the check of all rules at once. */
export const DUPLICATE_RULE = 'duplicate-rule';

/** Rules that say the same as one before: same name, labels and expression. */
export function* duplicateRules(rules: readonly Rule[]): Iterable<{ rule: Rule; first: Rule }> {
  const known = new Map<string, Rule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.kind, rule.name, labelsKey(rule.labels), printExpression(rule.expr)]);
    const first = known.get(key);
    if (first === undefined) known.set(key, rule);
    else yield { rule, first };
  }
}
