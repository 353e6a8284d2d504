import { MatcherError } from './matcher-error.ts';

export type TokenKind = 'brace' | 'comma' | 'operator' | 'quoted' | 'unquoted' | 'end';

/** A word of a matcher: offsets in the text, and its characters. */
export interface MatcherToken {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// What is reserved outside of quotes: white space and { } ! = ~ , \ " ' and the backtick.
const TOKEN =
  /(?<brace>[{}])|(?<comma>,)|(?<operator>=~|!~|!=|=)|(?<quoted>"(?:[^"\\]|\\[^])*")|(?<unquoted>[^\p{White_Space}{}!=~,\\"'`]+)/uy;
const SPACE = /\p{White_Space}*/uy;

/**
 * The tokens of a text of matchers, the last of them the end (alertmanager `matcher/parse/lexer.go`).
 * @throws MatcherError for what is none, when it is come upon
 */
export function* matcherTokens(text: string): Generator<MatcherToken, MatcherToken> {
  for (let at = skipSpace(text, 0); at < text.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw noToken(text, at);
    const end = at + match[0].length;
    yield { kind: kindOf(match.groups ?? {}), text: match[0], start: at, end };
    at = skipSpace(text, end);
  }
  return { kind: 'end', text: '', start: text.length, end: text.length };
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): TokenKind {
  if (groups['brace'] !== undefined) return 'brace';
  if (groups['comma'] !== undefined) return 'comma';
  if (groups['operator'] !== undefined) return 'operator';
  return groups['quoted'] === undefined ? 'unquoted' : 'quoted';
}

function noToken(text: string, start: number): MatcherError {
  if (text[start] === '"')
    return new MatcherError(text, { start, end: text.length }, 'the closing quote is missing');
  const span = { start, end: start + 1 };
  if (text[start] === '!') return new MatcherError(text, span, 'after ! comes = or ~');
  return new MatcherError(text, span, `${text[start]} stands in double quotes only`);
}
