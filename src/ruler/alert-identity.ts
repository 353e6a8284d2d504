import { labelsKey, withoutLabels, type Labels } from '../model/labels.ts';
import { infoLabels } from './info-labels.ts';
import type { AlertingRule } from './rule.ts';

/**
 * What makes two alerts of a rule the same: equal labels, but for those that info metrics gave. So an upgrade or a move
 * of a tenant resolves nothing; an alert keeps the labels it began with.
 */
export function alertIdentity(rule: AlertingRule): (labels: Labels) => string {
  const info = infoLabels(rule.expr);
  const loose = new Set([...info].filter((name) => !(name in rule.labels)));
  for (const [name, text] of Object.entries(rule.labels)) if (saysInfo(text, info)) loose.add(name);
  return loose.size === 0 ? labelsKey : (labels) => labelsKey(withoutLabels(labels, ...loose));
}

/** Whether a label of the rule says what such labels say. */
function saysInfo(text: string, info: ReadonlySet<string>): boolean {
  const mentioned = Array.from(text.matchAll(/\{\{[^}]*?\$?[lL]abels\.(\w+)/g), ([, name = '']) => name);
  return mentioned.length > 0 && mentioned.every((name) => info.has(name));
}
