import { Failure } from '../model/failure.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../model/matcher.ts';

const MATCHER =
  /^\s*("(?:[^"\\]|\\.)*"|[^\s"=!~,{}]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^",]*?)\s*(?:,|$)/;

/**
 * Matchers as Alertmanager writes them: `tenant="acme"`, `severity=~"page|ticket"`, several with commas, with or
 * without braces, values with or without quotes (prometheus.io, Alertmanager configuration, `<matcher>`).
 * @throws Failure `invalid` with the text
 */
export function parseMatchers(text: string): Matcher[] {
  let rest = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim();
  const matchers: Matcher[] = [];
  while (rest !== '') {
    const match = MATCHER.exec(rest);
    if (match === null)
      throw new Failure('invalid', `not a matcher: ${JSON.stringify(text)} (write name="value")`);
    const [whole, name = '', operator = '=', value = ''] = match;
    matchers.push(createMatcher(unquote(name), toOperator(operator), unquote(value)));
    rest = rest.slice(whole.length);
  }
  if (matchers.length === 0)
    throw new Failure('invalid', 'an empty matcher matches nothing in particular: leave it out');
  return matchers;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function toOperator(text: string): MatchOperator {
  return text === '=~' || text === '!~' || text === '!=' ? text : '=';
}
