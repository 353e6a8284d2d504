import { tokenize, type Token } from './lexer.ts';
import { ParseError } from './parse-error.ts';
import type { Span } from './tree.ts';

/** A cursor over the tokens of one expression. */
export class Tokens {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  /** Binary operators so far, for the parser's bound. */
  operators = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  /** The token `ahead` of the cursor; past the end, the end. */
  peek(ahead = 0): Token {
    const token = this.#tokens[this.#position + ahead] ?? this.#tokens.at(-1);
    return token ?? { kind: 'end', text: '', start: 0, end: 0 };
  }

  next(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }

  /** Where the last token taken ends. */
  get lastEnd(): number {
    return this.#tokens[this.#position - 1]?.end ?? 0;
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  /** Whether the next token is one of the words, in any case. */
  isWord(...words: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'word' && words.includes(token.text.toLowerCase());
  }

  acceptSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.next();
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next();
    return true;
  }

  /** @param context what is being read: `in aggregation` */
  expectSymbol(text: string, context: string): void {
    if (!this.acceptSymbol(text)) throw this.unexpected(context, `"${text}"`);
  }

  unexpected(context: string, expected?: string): ParseError {
    const token = this.peek();
    const met = token.kind === 'end' ? 'end of input' : token.text;
    const wanted = expected === undefined ? '' : `, expected ${expected}`;
    return this.failure(token, `unexpected ${quoteToken(token, met)} ${context}${wanted}`);
  }

  /** @param at the offending part, or its offset */
  failure(at: number | Span, detail: string): ParseError {
    return new ParseError(this.#source, at, detail);
  }
}

function quoteToken(token: Token, text: string): string {
  return token.kind === 'end' || token.kind === 'string' ? text : `"${text}"`;
}
