import { parseNumber } from './number-literal.ts';
import { ParseError } from './parse-error.ts';
import { unquote } from './string-literal.ts';
import type { Span } from './tree.ts';

/** A lexical unit. The value of a duration is in seconds, as PromQL's numbers are. */
export type Token = Span &
  (
    | { readonly kind: 'number' | 'duration'; readonly text: string; readonly value: number }
    | { readonly kind: 'string'; readonly text: string; readonly value: string }
    | { readonly kind: 'word' | 'symbol' | 'end'; readonly text: string }
  );

const BLANK = /(?:\s+|#[^\n]*)*/y;
const WORD = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const LABEL_WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
// Everything that hangs together with a number, so that 5mm is one mistake and not two tokens.
const NUMBER = /0[xX][0-9A-Za-z_]*|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[A-Za-z0-9_]*/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`/y;
const SYMBOL = /[=!]~|[=!<>]=|[<>]\/|[-(){}[\],=<>+*/%^@:]/y;
const WORD_NUMBER = /^(?:inf|nan)$/i;

/**
 * The tokens of `source`, blanks and comments left out, the last one of kind `end`.
 * @throws ParseError
 */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let inside = '';
  for (let offset = skipBlank(source, 0); offset < source.length;) {
    const token = readToken(source, offset, inside);
    if (token.text === '[' || token.text === '{') inside = token.text;
    if (token.text === ']' || token.text === '}') inside = '';
    tokens.push(token);
    offset = skipBlank(source, token.end);
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}

function skipBlank(source: string, offset: number): number {
  return offset + (matchAt(BLANK, source, offset) ?? '').length;
}

/** @param inside `[`, where a colon divides range and step and is no part of a name; or `{`, where `nan` is a label */
function readToken(source: string, start: number, inside: string): Token {
  const number = matchAt(NUMBER, source, start);
  if (number !== undefined) return numberToken(source, start, number);
  const word = matchAt(inside === '[' ? LABEL_WORD : WORD, source, start);
  if (word !== undefined) return wordToken(start, word, inside === '{');
  const text = matchAt(STRING, source, start);
  if (text !== undefined) return stringToken(source, start, text);
  const symbol = matchAt(SYMBOL, source, start);
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, start, end: start + symbol.length };
  throw unreadable(source, start);
}

function numberToken(source: string, start: number, text: string): Token {
  const number = parseNumber(text);
  if (number === undefined)
    throw new ParseError(
      source,
      { start, end: start + text.length },
      `bad number or duration syntax: "${text}"`,
    );
  return { ...number, text, start, end: start + text.length };
}

function wordToken(start: number, text: string, isLabel: boolean): Token {
  const end = start + text.length;
  if (isLabel || !WORD_NUMBER.test(text)) return { kind: 'word', text, start, end };
  const value = text.toLowerCase() === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN;
  return { kind: 'number', text, value, start, end };
}

function stringToken(source: string, start: number, text: string): Token {
  const value = unquote(text);
  if (value === undefined)
    throw new ParseError(
      source,
      { start, end: start + text.length },
      `bad escape sequence in string ${text}`,
    );
  return { kind: 'string', text, value, start, end: start + text.length };
}

function unreadable(source: string, offset: number): ParseError {
  const character = String.fromCodePoint(source.codePointAt(offset) ?? 0);
  const detail = /["'`]/.test(character)
    ? 'unterminated quoted string'
    : `unexpected character: '${character}'`;
  return new ParseError(source, offset, detail);
}

function matchAt(pattern: RegExp, source: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
}
