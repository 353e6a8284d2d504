import { Failure } from '../../src/model/failure.ts';
import { unescaped } from '../../src/model/label-text.ts';

export const TAB = 0x09;
export const NEWLINE = 0x0a;
export const SPACE = 0x20;
const QUOTE = 0x22;
export const HASH = 0x23;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ...['inf', '+inf', 'infinity', '+infinity'].map((text) => [text, Number.POSITIVE_INFINITY] as const),
  ...['-inf', '-infinity'].map((text) => [text, Number.NEGATIVE_INFINITY] as const),
]);

/** Goes over a page of samples once, from token to token. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The code of the next character, NaN at the end. */
  get next(): number {
    return this.text.charCodeAt(this.at);
  }

  /** Goes over spaces and tabs. */
  skipBlanks(): void {
    while (this.next === SPACE || this.next === TAB) this.at++;
  }

  /** Takes the character if it comes next. */
  take(code: number): boolean {
    if (this.next !== code) return false;
    this.at++;
    return true;
  }

  /** A name without quotes, empty where none begins. `colons`: whether they are part of it, as of a metric's. */
  name(colons: boolean): string {
    const start = this.at;
    if (isDigit(this.next)) return '';
    while (isNamePart(this.next, colons)) this.at++;
    return this.text.slice(start, this.at);
  }

  get isAtQuote(): boolean {
    return this.next === QUOTE;
  }

  /** The text between quotes, unescaped. @throws Failure where it does not end, or nothing is quoted */
  quoted(what: string): string {
    const start = this.at;
    if (!this.take(QUOTE)) this.fail(what);
    const { text } = this;
    let end = this.at;
    let escapes = false;
    for (;;) {
      const code = text.charCodeAt(end);
      if (code === QUOTE) break;
      if (Number.isNaN(code)) this.fail(`the end of the quoted ${what}`, start);
      if (code === BACKSLASH) {
        escapes = true;
        end++;
      }
      end++;
    }
    const raw = text.slice(this.at, end);
    this.at = end + 1;
    return escapes ? unescaped(raw) : raw;
  }

  /** What comes before the next blank or end of line. */
  word(): string {
    const start = this.at;
    for (let code = this.next; isWordPart(code); code = this.next) this.at++;
    return this.text.slice(start, this.at);
  }

  /** A number as Go reads it, but hexadecimal ones and those with underscores. @throws Failure */
  number(what: string): number {
    const start = this.at;
    const word = this.word();
    if (NUMBER.test(word)) {
      const value = Number(word);
      if (Number.isFinite(value)) return value;
    }
    const special = SPECIAL.get(word.toLowerCase());
    if (special === undefined) this.fail(what, start);
    return special;
  }

  /** A timestamp of the text format. @throws Failure */
  milliseconds(): number {
    const start = this.at;
    const word = this.word();
    if (!/^-?\d{1,16}$/.test(word)) this.fail('a timestamp in ms, or the end of the line', start);
    return Number(word);
  }

  /** A timestamp of OpenMetrics, in ms. @throws Failure */
  seconds(): number {
    const start = this.at;
    const seconds = this.number('a timestamp in seconds');
    if (!Number.isFinite(seconds)) this.fail('a timestamp in seconds', start);
    return Math.trunc(seconds * 1000);
  }

  /** The rest of the line without its end; stands before the end then. */
  restOfLine(): string {
    const end = this.endOfLine();
    const rest = this.text.slice(this.at, end);
    this.at = end;
    return rest;
  }

  skipLine(): void {
    this.at = this.endOfLine();
  }

  /** @throws Failure `malformed` with line and column (in characters) of `at`, or of what comes next */
  fail(expected: string, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    const found = at < this.text.length ? JSON.stringify(this.text.slice(at, at + 20)) : 'the end';
    throw new Failure('malformed', `line ${line}, column ${column}: expected ${expected}, found ${found}`);
  }

  endOfLine(): number {
    const end = this.text.indexOf('\n', this.at);
    return end < 0 ? this.text.length : end;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isNamePart(code: number, colons: boolean): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    isDigit(code) ||
    (colons && code === COLON)
  );
}

function isWordPart(code: number): boolean {
  return code !== SPACE && code !== NEWLINE && code !== TAB && !Number.isNaN(code);
}
