import { lineAndColumn, withCarets } from '../model/carets.ts';
import { Failure } from '../model/failure.ts';
import type { Span } from './tree.ts';

/** An expression that is not PromQL, or not of the right types; `message` is one line with the position. */
export class ParseError extends Failure {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters of the line. */
  readonly column: number;
  /** What is wrong, without the position. */
  readonly detail: string;
  /** The offending part: offsets in the text. */
  readonly span: Span;
  readonly #source: string;

  /** @param at the offending part, or the offset of its first character */
  constructor(source: string, at: number | Span, detail: string) {
    const { start, end } = typeof at === 'number' ? { start: at, end: at + 1 } : at;
    const { line, column } = lineAndColumn(source, start);
    super('invalid', `${line}:${column}: ${detail}`);
    this.line = line;
    this.column = column;
    this.detail = detail;
    this.#source = source;
    this.span = { start, end };
  }

  /** Message, offending line, and carets beneath the offending part: for a terminal or a monospaced page. */
  get rendering(): string {
    return withCarets(this.message, this.#source, this.span);
  }
}
