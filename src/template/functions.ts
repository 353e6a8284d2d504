import { RE2JS } from 're2js';
import { compareFunctions } from './compare.ts';
import { GoTime } from './go-time.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './humanize.ts';
import { sprintf } from './printf.ts';
import { replaceAll } from './replace-all.ts';
import { isMap, kindOf, printValue, type TemplateMethod, type TemplateValue } from './value.ts';

/** Functions by name. What a function throws becomes the problem at its call's position. */
export type TemplateFunctions = Readonly<Record<string, TemplateMethod>>;

/** Go's own functions and Prometheus's, but for `query` (see `createQueryFunctions`); `and` and `or` are part of the language. */
export const STANDARD_FUNCTIONS: TemplateFunctions = {
  ...compareFunctions,
  ...numbers({ humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp }),
  ...texts({
    toUpper: (text) => text.toUpperCase(),
    toLower: (text) => text.toLowerCase(),
    title: (text) => text.replaceAll(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase()),
    trimSpace: (text) => text.trim(),
    stripPort,
    stripDomain,
    urlquery: (text) => encodeURIComponent(text).replaceAll('%20', '+'),
    safeHtml: (text) => text,
  }),
  print: (...args) => args.map(printValue).join(''),
  println: (...args) => `${args.map(printValue).join(' ')}\n`,
  printf: (format, ...args) => sprintf(textOf(format), args),
  match: (pattern, text) => RE2JS.compile(textOf(pattern)).matcher(textOf(text)).find(),
  reReplaceAll: (pattern, replacement, text) =>
    replaceAll(textOf(pattern), textOf(replacement), textOf(text)),
  join: (separator, list) => listOf(list).map(printValue).join(textOf(separator)),
  stringSlice: (...items) => items,
  len: (value) => lengthOf(value),
  index: (value, ...keys) => keys.reduce(indexOf, value),
  toTime: (seconds) => new GoTime(Math.round(numberOf(seconds) * 1000)),
  args: (...values) => Object.fromEntries(values.map((value, index) => [`arg${index}`, value])),
};

/** A number argument; text that is one counts, as in Prometheus's humanize functions. @throws Error */
export function numberOf(value: TemplateValue): number {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' && value.trim() !== '' ? parseFloatText(value) : Number.NaN;
  if (Number.isNaN(parsed) && value !== 'NaN') throw new Error(`needs a number, not ${shown(value)}`);
  return parsed;
}

/** A text argument. @throws Error */
export function textOf(value: TemplateValue): string {
  if (typeof value === 'string') return value;
  throw new Error(`needs a text, not ${shown(value)}`);
}

function shown(value: TemplateValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
}

function parseFloatText(text: string): number {
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity;
  return Number(text);
}

function numbers(functions: Readonly<Record<string, (value: number) => string>>): TemplateFunctions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, apply]) => [name, one((value) => apply(numberOf(value)))]),
  );
}

function texts(functions: Readonly<Record<string, (text: string) => string>>): TemplateFunctions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, apply]) => [name, one((value) => apply(textOf(value)))]),
  );
}

function one(apply: (value: TemplateValue) => TemplateValue): TemplateMethod {
  return (...args) => {
    if (args.length !== 1) throw new Error(`takes one argument, got ${args.length}`);
    return apply(args[0]);
  };
}

function listOf(value: TemplateValue): readonly TemplateValue[] {
  if (Array.isArray(value)) return value;
  throw new Error(`needs a list, not ${kindOf(value)}`);
}

function lengthOf(value: TemplateValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new Error(`${kindOf(value)} has no length`);
}

function indexOf(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (isMap(value)) return Object.hasOwn(value, textOf(key)) ? value[textOf(key)] : '';
  const list = listOf(value);
  const index = numberOf(key);
  if (!Number.isInteger(index) || index < 0 || index >= list.length)
    throw new Error(`index ${index} is outside a list of ${list.length}`);
  return list[index];
}

function stripPort(hostPort: string): string {
  return /^\[([^\]]*)\]:\d+$/.exec(hostPort)?.[1] ?? /^([^:]*):\d+$/.exec(hostPort)?.[1] ?? hostPort;
}

function stripDomain(hostPort: string): string {
  const host = stripPort(hostPort);
  if (/^[\d.]+$/.test(host) || host.includes(':')) return hostPort;
  return host.replace(/\..*$/s, '') + hostPort.slice(host.length);
}
