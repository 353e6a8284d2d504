import { listOf, numberOf, textOf } from './arguments.ts';
import { compareFunctions } from './compare.ts';
import { sprintf } from './printf.ts';
import { isMap, kindOf, printValue, type TemplateMethod, type TemplateValue } from './value.ts';

/** The functions of Go's text/template, but for `call`; `and` and `or` are part of the language. */
export const BUILTIN_FUNCTIONS: Readonly<Record<string, TemplateMethod>> = {
  ...compareFunctions,
  print,
  println: (...args) => `${args.map(printValue).join(' ')}\n`,
  printf: (format, ...args) => sprintf(textOf(format), args),
  len: (value) => lengthOf(value),
  index: (value, ...keys) => keys.reduce(indexOf, value),
  slice: (value, from, to) => sliceOf(value, from, to),
  html: (...args) => print(...args).replaceAll(/["'&<>\0]/g, (found) => HTML[found] ?? found),
  js: (...args) => print(...args).replaceAll(JS_UNSAFE, escapeJs),
  urlquery: (...args) => queryEscape(print(...args)),
};

/** Go's `url.QueryEscape`: a space is a plus sign. */
export function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Go's `fmt.Sprint`: a space stands between two neighbours that are no text. */
function print(...args: readonly TemplateValue[]): string {
  let text = '';
  args.forEach((arg, index) => {
    const isGap = index > 0 && typeof arg !== 'string' && typeof args[index - 1] !== 'string';
    text += (isGap ? ' ' : '') + printValue(arg);
  });
  return text;
}

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\uFFFD',
};

const JS_UNSAFE = /[\\'"<>&=]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

function escapeJs(character: string): string {
  if ('\\\'"'.includes(character)) return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function lengthOf(value: TemplateValue): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (Array.isArray(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(Object.keys(value).length);
  throw new Error(`${kindOf(value)} has no length`);
}

function indexOf(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (isMap(value)) return Object.hasOwn(value, textOf(key)) ? value[textOf(key)] : '';
  const index = numberOf(key);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return BigInt(bytes[inside(index, bytes.length - 1, `a text of ${bytes.length} bytes`)] ?? 0);
  }
  const list = listOf(value);
  return list[inside(index, list.length - 1, `a list of ${list.length}`)];
}

function sliceOf(value: TemplateValue, from: TemplateValue, to: TemplateValue): TemplateValue {
  const whole = typeof value === 'string' ? Buffer.from(value) : listOf(value);
  const what = typeof value === 'string' ? `a text of ${whole.length} bytes` : `a list of ${whole.length}`;
  const end = inside(to === undefined ? whole.length : numberOf(to), whole.length, what);
  const start = inside(from === undefined ? 0 : numberOf(from), end, what);
  return Buffer.isBuffer(whole) ? whole.toString('utf8', start, end) : whole.slice(start, end);
}

function inside(index: number, last: number, what: string): number {
  if (Number.isInteger(index) && index >= 0 && index <= last) return index;
  throw new Error(`index ${index} is outside ${what}`);
}
