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
    const text = this.#source.split('\n')[this.line - 1] ?? '';
    // A tab stays a tab, so that the carets stand right however wide tabs are shown.
    const indent = text.slice(0, this.column - 1).replaceAll(/[^\t]/g, ' ');
    const width = Math.max(1, Math.min(this.span.end - this.span.start, text.length - indent.length));
    return `${this.message}\n${text}\n${indent}${'^'.repeat(width)}`;
  }
}

/** Where an offset (of a node's span, say) stands in a text; both from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
