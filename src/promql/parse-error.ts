import { Failure } from '../model/failure.ts';

/** An expression that is not PromQL, or not of the right types; `message` is one line with the position. */
export class ParseError extends Failure {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters of the line. */
  readonly column: number;
  /** What is wrong, without the position. */
  readonly detail: string;
  readonly #source: string;

  constructor(source: string, offset: number, detail: string) {
    const { line, column } = lineAndColumn(source, offset);
    super('invalid', `${line}:${column}: ${detail}`);
    this.line = line;
    this.column = column;
    this.detail = detail;
    this.#source = source;
  }

  /** Message, offending line, and a caret beneath the offending character: for a terminal or a monospaced page. */
  get rendering(): string {
    const text = this.#source.split('\n')[this.line - 1] ?? '';
    // A tab stays a tab, so that the caret stands right however wide tabs are shown.
    const indent = text.slice(0, this.column - 1).replaceAll(/[^\t]/g, ' ');
    return `${this.message}\n${text}\n${indent}^`;
  }
}

/** Where an offset (of a node's span, say) stands in a text; both from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
