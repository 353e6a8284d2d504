import type { RuleCheck } from './check.ts';

const VALUE = /\$value\b|(?<![\w$)])\.Value\b|\|\s*value\b|\bnow\b/;

/** The value in a label: labels say which alert it is, so each new value is a new alert, and the old one resolves. */
export const valueInLabel: RuleCheck = {
  id: 'value-in-label',
  *find({ kind, labels, places }) {
    if (kind !== 'alert') return;
    for (const [name, template] of Object.entries(labels)) {
      if (!(template.match(/\{\{.*?\}\}/gs) ?? []).some((action) => VALUE.test(action))) continue;
      const detail = `the label ${name} holds the value: each new value is a new alert, put it in an annotation`;
      yield { detail, place: places.labels.get(name) };
    }
  },
};
