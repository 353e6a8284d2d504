import type { Rule } from '../../ruler/rule.ts';

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;

/**
 * What queries in the templates of rules may read: every name in the texts between quotes of templates that query. It may
 * hold words that are no metrics; of them nothing is found.
 */
export function templateMetrics(rules: readonly Rule[]): string[] {
  const texts = rules.flatMap((rule) =>
    rule.kind === 'alert' ? [...Object.values(rule.annotations), ...Object.values(rule.labels)] : [],
  );
  const quoted = texts
    .filter((text) => /\bquery\b/.test(text))
    .flatMap((text) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`/g)].map(([, a, b]) => a ?? b ?? ''));
  const names = quoted.flatMap((text) => text.match(NAME) ?? []);
  return [...new Set(names)].filter((name) => name.length > 2).toSorted();
}
