import { messageOf } from '../../model/failure.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../../model/matcher.ts';
import { goUnquote } from './go-unquote.ts';
import { MatcherError } from './matcher-error.ts';
import { matcherTokens, type MatcherToken, type TokenKind } from './matcher-tokens.ts';

/**
 * Matchers by the grammar of Alertmanager 0.27 and later: names and values are double-quoted Go strings, or words without
 * reserved characters, of any UTF-8; braces and a trailing comma are optional (alertmanager `matcher/parse`).
 * @throws MatcherError
 */
export function parseUtf8Matchers(text: string): Matcher[] {
  return new Parser(text).matchers();
}

class Parser {
  readonly #text: string;
  readonly #tokens: Generator<MatcherToken, MatcherToken>;
  #token: MatcherToken;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = matcherTokens(text);
    this.#token = this.#tokens.next().value;
  }

  matchers(): Matcher[] {
    const isOpen = this.#isBrace('{');
    if (isOpen) this.#take();
    const matchers: Matcher[] = [];
    while (!this.#is('end') && !this.#isBrace('}')) {
      matchers.push(this.#matcher());
      if (this.#is('comma')) this.#take();
      else if (!this.#is('end') && !this.#isBrace('}')) throw this.#unexpected('a comma');
    }
    if (isOpen) this.#close();
    if (this.#isBrace('}'))
      throw new MatcherError(this.#text, this.#token, 'a close brace without an open one');
    if (!this.#is('end')) throw this.#unexpected('the end');
    return matchers;
  }

  #matcher(): Matcher {
    const { start } = this.#token;
    const name = this.#word('a label name');
    if (name === '') throw new MatcherError(this.#text, { start, end: start + 2 }, 'an empty label name');
    const operator = toOperator(this.#expect('an operator: =, !=, =~ or !~', 'operator').text);
    const { start: from, end } = this.#token;
    const value = this.#word('a value, in double quotes if it is empty');
    try {
      return createMatcher(name, operator, value);
    } catch (error) {
      throw new MatcherError(this.#text, { start: from, end }, messageOf(error));
    }
  }

  #word(what: string): string {
    const token = this.#expect(what, 'quoted', 'unquoted');
    const value = token.kind === 'quoted' ? goUnquote(token.text) : token.text;
    if (value?.isWellFormed() === true) return value;
    throw new MatcherError(
      this.#text,
      token,
      'a bad escape, or a line break: write \\\\ for a backslash, \\n for a line break',
    );
  }

  #close(): void {
    if (!this.#isBrace('}')) throw this.#unexpected('a close brace');
    this.#take();
  }

  #expect(what: string, ...kinds: readonly TokenKind[]): MatcherToken {
    if (!kinds.includes(this.#token.kind)) throw this.#unexpected(what);
    return this.#take();
  }

  #take(): MatcherToken {
    const taken = this.#token;
    this.#token = this.#tokens.next().value;
    return taken;
  }

  #is(kind: TokenKind): boolean {
    return this.#token.kind === kind;
  }

  #isBrace(brace: string): boolean {
    return this.#is('brace') && this.#token.text === brace;
  }

  #unexpected(expected: string): MatcherError {
    const found = this.#is('end') ? 'the end' : this.#token.text;
    return new MatcherError(this.#text, this.#token, `expected ${expected}, found ${found}`);
  }
}

function toOperator(text: string): MatchOperator {
  return text === '=~' || text === '!~' || text === '!=' ? text : '=';
}
