import { RE2JS } from 're2js';
import { listOf, numberOf, textOf } from '../../template/arguments.ts';
import { BUILTIN_FUNCTIONS } from '../../template/builtin-functions.ts';
import type { TemplateFunctions } from '../../template/functions.ts';
import { GoDuration } from '../../template/go-duration.ts';
import { GoTime } from '../../template/go-time.ts';
import { humanizeDuration } from '../../template/humanize.ts';
import { parseGoTime } from '../../template/parse-time.ts';
import { replaceAll } from '../../template/replace-all.ts';
import { SafeText } from '../../template/safe-text.ts';
import { title } from '../../template/title.ts';
import { printValue, type TemplateValue } from '../../template/value.ts';
import { buildingFunctions } from './built-values.ts';
import { toGoJson } from './to-json.ts';

const SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;
const NS_PER_MS = 1_000_000;

/**
 * The functions of Alertmanager's templates beside Go's own (prometheus/alertmanager 0.34, template/template.go).
 * @param now ms since the epoch
 */
export function notificationFunctions(now: () => number): TemplateFunctions {
  return {
    ...BUILTIN_FUNCTIONS,
    ...counted({ ...texts(), ...times(now) }),
    stringSlice: (...items) => items.map(textOf),
    ...buildingFunctions(),
  };
}

/** With as many arguments as each names. */
function counted(functions: TemplateFunctions): TemplateFunctions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, apply]) => [
      name,
      (...args: readonly TemplateValue[]) => {
        if (args.length === apply.length) return apply(...args);
        throw new Error(`takes ${apply.length} arguments, got ${args.length}`);
      },
    ]),
  );
}

function texts(): TemplateFunctions {
  return {
    toUpper: (text) => textOf(text).toUpperCase(),
    toLower: (text) => textOf(text).toLowerCase(),
    title: (text) => title(textOf(text).toLowerCase()),
    trimSpace: (text) => textOf(text).replace(SPACE, ''),
    join: (separator, list) => Array.from(listOf(list), printValue).join(textOf(separator)),
    match: (pattern, text) => RE2JS.compile(textOf(pattern)).matcher(textOf(text)).find(),
    reReplaceAll: (pattern, replacement, text) =>
      replaceAll(textOf(pattern), textOf(replacement), textOf(text)),
    safeHtml: (text) => textOf(text),
    safeUrl: (text) => textOf(text),
    urlUnescape: (text) => unescapeQuery(textOf(text)),
    // Routes have no labels here: one that is not set is empty, as there.
    routeLabels: (name) => textOf(name) && '',
    toJson: (value) => toGoJson(value),
    base64encode: (text) => toBase64Url(textOf(text)),
    base64decode: (text) => fromBase64Url(textOf(text)),
  };
}

/** The same for a page: what is safe there is marked, and what the page escapes anyway is not escaped twice. */
export function pageFunctions(functions: TemplateFunctions): TemplateFunctions {
  const { html, urlquery } = BUILTIN_FUNCTIONS;
  return {
    ...functions,
    safeHtml: (text) => new SafeText(textOf(text), 'html'),
    safeUrl: (text) => new SafeText(textOf(text), 'url'),
    html: (...args) => new SafeText(printValue(html?.(...args)), 'html'),
    urlquery: (...args) => new SafeText(printValue(urlquery?.(...args)), 'url'),
  };
}

function times(now: () => number): TemplateFunctions {
  return {
    date: (layout, time) => timeOf(time).Format(textOf(layout)),
    tz: (name, time) => new GoTime(timeOf(time).ms, textOf(name)),
    now: () => new GoTime(now()),
    since: (time) => new GoDuration(BigInt(Math.round((now() - timeOf(time).ms) * NS_PER_MS))),
    humanizeDuration: (value) =>
      humanizeDuration(value instanceof GoDuration ? value.Seconds() : numberOf(value)),
    toDate(layout, text) {
      try {
        return parseGoTime(textOf(layout), textOf(text));
      } catch {
        return GoTime.ZERO;
      }
    },
    mustToDate: (layout, text) => parseGoTime(textOf(layout), textOf(text)),
  };
}

function timeOf(value: TemplateValue): GoTime {
  if (value instanceof GoTime) return value;
  throw new Error('needs a time, such as .StartsAt');
}

/** Go's `url.QueryUnescape`. */
function unescapeQuery(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw new Error('a percent sign without two hexadecimal digits');
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/[^%]+|%[0-9A-Fa-f]{2}/g, (part) =>
      part.startsWith('%') ? part.slice(1).toLowerCase() : Buffer.from(part).toString('hex'),
    );
  return Buffer.from(bytes, 'hex').toString();
}

/** Go's `base64.URLEncoding`: with its padding. */
function toBase64Url(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function fromBase64Url(text: string): string {
  const lines = text.replace(/[\r\n]/g, '');
  if (!/^[\w-]*={0,2}$/.test(lines) || lines.length % 4 !== 0) throw new Error('not base64 of URLs');
  return Buffer.from(lines, 'base64url').toString();
}
