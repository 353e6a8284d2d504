import { templateFailure } from './error.ts';

export interface Token {
  readonly kind:
    | 'text'
    | 'open'
    | 'close'
    | 'word'
    | 'variable'
    | 'field'
    | 'number'
    | 'string'
    | 'symbol'
    | 'space';
  /** The text itself; of a string its value, of a field or variable its name without `.` or `$`. */
  readonly text: string;
  readonly at: number;
}

const OPEN = /\{\{(-(?=[ \t\r\n]))?/g;
const COMMENT = /\/\*[^]*?\*\/(?:[ \t\r\n](-))?\}\}/y;
const CLOSE = /(?<=[ \t\r\n])-\}\}|\}\}/y;
const SPACE = /[ \t\r\n]+/y;
const VARIABLE = /\$([\p{L}\d_]*)/uy;
const FIELD = /\.([\p{L}_][\p{L}\d_]*)/uy;
const WORD = /[\p{L}_][\p{L}\d_]*/uy;
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)/y;
const BAD_OCTAL = /^[+-]?0\d*[89]\d*$/;
const IN_WORD = /[\p{L}\d_]/uy;
const QUOTED = /"((?:[^"\\\n]|\\.)*)"/y;
const RAW = /`([^`]*)`/y;
const CHARACTER = /'([^'\\\n]|\\.[^']*)'/uy;
const SYMBOL = /:=|[=|(),.]/y;

/** The tokens of a template, comments and trimmed space left out. @throws Failure with the position */
export function lex(name: string, text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trim = false;
  while (at < text.length) {
    OPEN.lastIndex = at;
    const open = OPEN.exec(text);
    const raw = text.slice(at, open?.index ?? text.length);
    const left = trim ? raw.trimStart() : raw;
    const literal = open?.[1] === '-' ? left.trimEnd() : left;
    if (literal !== '') tokens.push({ kind: 'text', text: literal, at });
    if (open === null) break;
    const inside = open.index + open[0].length;
    // Nothing but the space of a trim marker may stand before a comment.
    const comment = match(COMMENT, text, open[1] === '-' ? inside + 1 : inside);
    const end = comment === null ? lexAction(name, text, inside, tokens) : COMMENT.lastIndex;
    trim = comment === null ? text[end - 3] === '-' : comment[1] === '-';
    at = end;
  }
  return tokens;
}

function lexAction(name: string, text: string, start: number, tokens: Token[]): number {
  tokens.push({ kind: 'open', text: '{{', at: start });
  let at = start;
  while (at < text.length) {
    const close = match(CLOSE, text, at);
    if (close !== null) {
      tokens.push({ kind: 'close', text: '}}', at });
      return at + close[0].length;
    }
    const [token, length] = lexToken(name, text, at);
    tokens.push(token);
    at += length;
  }
  throw templateFailure(name, text, start, 'the action is not closed: write }}');
}

function lexToken(name: string, text: string, at: number): [Token, number] {
  const forms: [Token['kind'], RegExp, number][] = [
    ['space', SPACE, 0],
    ['variable', VARIABLE, 1],
    ['field', FIELD, 1],
    ['number', NUMBER, 0],
    ['word', WORD, 0],
    ['string', RAW, 1],
    ['symbol', SYMBOL, 0],
  ];
  const quoted = match(QUOTED, text, at) ?? match(CHARACTER, text, at);
  if (quoted !== null) return [quotedToken(name, text, at, quoted), quoted[0].length];
  for (const [kind, pattern, group] of forms) {
    const found = match(pattern, text, at);
    if (found === null) continue;
    const isBad = BAD_OCTAL.test(found[0]) || match(IN_WORD, text, at + found[0].length) !== null;
    if (kind === 'number' && isBad) throw templateFailure(name, text, at, 'not a number');
    return [{ kind, text: found[group] ?? '', at }, found[0].length];
  }
  const bad = text.codePointAt(at);
  const problem = '"\'`'.includes(text[at] ?? '')
    ? 'the string is not closed'
    : `unexpected ${JSON.stringify(String.fromCodePoint(bad ?? 0))}`;
  throw templateFailure(name, text, at, problem);
}

function quotedToken(name: string, text: string, at: number, quoted: RegExpExecArray): Token {
  const value = (quoted[1] ?? '').replaceAll(ESCAPE, (whole, code: string) => {
    const unescaped = unescape(code);
    if (unescaped === undefined)
      throw templateFailure(name, text, at, `unknown escape ${whole} in the string`);
    return unescaped;
  });
  if (text[at] === '"') return { kind: 'string', text: value, at };
  return { kind: 'number', text: String(value.codePointAt(0)), at };
}

const ESCAPE = /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)/g;
const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function unescape(code: string): string | undefined {
  const simple = SIMPLE[code];
  if (simple !== undefined || code.length === 1) return simple;
  const point = Number.parseInt(code.slice(1), 16);
  return point > 0x10_ffff ? undefined : String.fromCodePoint(point);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
