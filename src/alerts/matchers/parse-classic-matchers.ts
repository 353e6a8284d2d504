import { Failure } from '../../model/failure.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../../model/matcher.ts';

const START = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*/;
const OPERATORS: Readonly<Record<string, MatchOperator>> = { '=': '=', '!=': '!=', '=~': '=~', '!~': '!~' };

/**
 * Matchers as Alertmanager took them before 0.27: plain label names, values of anything but unescaped quotes, which may
 * be empty; a backslash before anything but n, " and itself is one (alertmanager `pkg/labels/parse.go`).
 * @throws Failure `invalid`
 */
export function parseClassicMatchers(text: string): Matcher[] {
  const parts = splitAtCommas(text.replace(/^\{/, '').replace(/\}$/, ''));
  const last = parts.pop()?.trim() ?? '';
  if (last !== '') parts.push(last);
  return parts.map(parseClassicMatcher);
}

/** One of them; commas are part of its value. @throws Failure `invalid` */
export function parseClassicMatcher(text: string): Matcher {
  const [start = '', name = '', operator = ''] = START.exec(text) ?? [];
  const known = OPERATORS[operator];
  if (known === undefined) throw new Failure('invalid', `not a matcher: ${JSON.stringify(text)}`);
  return createMatcher(name, known, unescaped(withoutSpaceBehind(text.slice(start.length))));
}

/** Commas within quotes do not part. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let isQuoted = false;
  let isEscaped = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === ',') {
      if (isQuoted) continue;
      parts.push(text.slice(from, at));
      from = at + 1;
      continue;
    }
    if (char === '"' && !isEscaped) isQuoted = !isQuoted;
    isEscaped = char === '\\' && !isEscaped;
  }
  return [...parts, text.slice(from)];
}

function withoutSpaceBehind(text: string): string {
  let end = text.length;
  while (end > 0 && '\t\n\f\r '.includes(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}

function unescaped(value: string): string {
  const isQuoted = value.startsWith('"');
  const [, body, quote] = /^((?:[^"\\]|\\[^]|\\$)*)("?)$/u.exec(isQuoted ? value.slice(1) : value) ?? [];
  if (body === undefined || (quote === '"') !== isQuoted)
    throw new Failure('invalid', `a quote within the value is written \\": ${JSON.stringify(value)}`);
  return body.replaceAll(/\\([n"\\])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
