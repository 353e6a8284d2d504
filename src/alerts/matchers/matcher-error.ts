import { lineAndColumn, withCarets, type TextSpan } from '../../model/carets.ts';
import { cutText } from '../../model/cut-text.ts';
import { Failure } from '../../model/failure.ts';

const SHOWN = 120;

/** A text that is no list of matchers; `message` is one line with the position. */
export class MatcherError extends Failure {
  /** What is wrong, without text and position. */
  readonly detail: string;
  /** The offending part: offsets in the text. */
  readonly span: TextSpan;
  readonly #text: string;

  constructor(text: string, span: TextSpan, detail: string) {
    const { line, column } = lineAndColumn(text, span.start);
    super('invalid', `matcher ${cutText(JSON.stringify(text), SHOWN)} at ${line}:${column}: ${detail}`);
    this.detail = detail;
    this.span = span;
    this.#text = text;
  }

  /** What is wrong, the offending line, and carets beneath the offending part. */
  get rendering(): string {
    return withCarets(this.detail, this.#text, this.span);
  }
}
