import { quoted } from '../../model/label-text.ts';
import type { Matcher } from '../../model/matcher.ts';

const RESERVED = /[\p{White_Space}{}!=~,\\"'`]/u;

/** A matcher as Alertmanager prints it, which `parseMatchers` reads: `tenant="acme"`, `"my label"=~"a|b"`. */
export function formatMatcher({
  name,
  operator,
  value,
}: Pick<Matcher, 'name' | 'operator' | 'value'>): string {
  if (RESERVED.test(name)) return `${JSON.stringify(name)}${operator}${JSON.stringify(value)}`;
  return `${name}${operator}${quoted(value)}`;
}

/** Several in braces: `{tenant="acme",severity="page"}`. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.map(formatMatcher).join(',')}}`;
}
