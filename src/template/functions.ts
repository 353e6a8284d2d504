import { RE2JS } from 're2js';
import { numberOf, listOf, textOf } from './arguments.ts';
import { BUILTIN_FUNCTIONS, queryEscape } from './builtin-functions.ts';
import { stripDomain, stripPort } from './host-port.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './humanize.ts';
import { replaceAll } from './replace-all.ts';
import { parseSeconds, toDuration, toTime } from './time-functions.ts';
import { title } from './title.ts';
import { printValue, type TemplateMethod, type TemplateValue } from './value.ts';

/** Functions by name. What a function throws becomes the problem at its call's position. */
export type TemplateFunctions = Readonly<Record<string, TemplateMethod>>;

/**
 * Go's own functions and Prometheus's, but for those that need to know where they run: `createQueryFunctions`,
 * `createPlaceFunctions`.
 */
export const STANDARD_FUNCTIONS: TemplateFunctions = {
  ...BUILTIN_FUNCTIONS,
  ...numbers({ humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp }),
  ...numbers({ toTime, toDuration }),
  ...texts({
    toUpper: (text) => text.toUpperCase(),
    toLower: (text) => text.toLowerCase(),
    title,
    trimSpace: (text) => text.trim(),
    stripPort,
    stripDomain,
    urlQueryEscape: queryEscape,
    graphLink: (expression) => `/graph?g0.expr=${queryEscape(expression)}&g0.tab=0`,
    tableLink: (expression) => `/graph?g0.expr=${queryEscape(expression)}&g0.tab=1`,
    parseDuration: parseSeconds,
    safeHtml: (text) => text,
  }),
  match: (pattern, text) => RE2JS.compile(textOf(pattern)).matcher(textOf(text)).find(),
  reReplaceAll: (pattern, replacement, text) =>
    replaceAll(textOf(pattern), textOf(replacement), textOf(text)),
  join: (separator, list) => listOf(list).map(printValue).join(textOf(separator)),
  stringSlice: (...items) => items,
  args: (...values) => Object.fromEntries(values.map((value, index) => [`arg${index}`, value])),
};

/** Where and when a template is rendered. */
export interface TemplatePlace {
  /** Of the evaluation, ms since the epoch. */
  readonly time: number;
  /** Where the agent's pages are from outside; empty where nobody knows. */
  readonly externalUrl: string;
}

/** Prometheus's `now`, `externalURL` and `pathPrefix`. */
export function createPlaceFunctions({ time, externalUrl }: TemplatePlace): TemplateFunctions {
  return {
    now: () => time / 1000,
    externalURL: () => externalUrl,
    pathPrefix: () => (URL.canParse(externalUrl) ? new URL(externalUrl).pathname.replace(/^\/$/, '') : ''),
  };
}

function numbers(functions: Readonly<Record<string, (value: number) => TemplateValue>>): TemplateFunctions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, apply]) => [name, one((value) => apply(numberOf(value)))]),
  );
}

function texts(functions: Readonly<Record<string, (text: string) => TemplateValue>>): TemplateFunctions {
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
