import {
  formatGoFloat,
  formatGoPrecision,
  goExponential,
  goFixed,
  MAX_DECIMALS,
  specialFloat,
} from './go-float.ts';
import { printValue, type TemplateValue } from './value.ts';

const VERB = /%([-+# 0]*)(\d+)?(?:\.(\d+))?(.)/gsu;

interface Verb {
  readonly flags: string;
  readonly precision: number | undefined;
  readonly letter: string;
}

/**
 * Go's `fmt.Sprintf` for the verbs templates use: %v %s %q %d %f %g %e %t %b %o %x %X %c %% with flags, width and precision.
 * A missing or unfit argument prints as in Go: `%!d(string=x)`, `%!s(MISSING)`.
 */
export function sprintf(format: string, args: readonly TemplateValue[]): string {
  let next = 0;
  const text = format.replaceAll(
    VERB,
    (_, flags: string, width: string, precision: string, letter: string) => {
      if (letter === '%') return '%';
      if (next >= args.length) return `%!${letter}(MISSING)`;
      const verb = { flags, precision: precision === undefined ? undefined : Number(precision), letter };
      return pad(formatVerb(verb, args[next++]), flags, Number(width ?? 0));
    },
  );
  const extra = args.slice(next);
  if (extra.length === 0) return text;
  return `${text}%!(EXTRA ${extra.map((arg) => `${goType(arg)}=${printValue(arg)}`).join(', ')})`;
}

function formatVerb(verb: Verb, value: TemplateValue): string {
  const { letter, flags } = verb;
  if (typeof value === 'bigint') return signed(integer(letter, value), flags);
  if (letter === 'v')
    return typeof value === 'number' ? signed(number(verb, value), flags) : printValue(value);
  if (letter === 's' && typeof value !== 'number' && typeof value !== 'boolean') {
    return printValue(value).slice(0, verb.precision);
  }
  if (letter === 'q' && typeof value === 'string') return JSON.stringify(value);
  if (letter === 't' && typeof value === 'boolean') return String(value);
  if ((letter === 'x' || letter === 'X') && typeof value === 'string') return hex(value, letter);
  if (typeof value === 'number' && 'dfFgGeE'.includes(letter)) return signed(number(verb, value), flags);
  return `%!${letter}(${goType(value)}=${printValue(value)})`;
}

function number({ letter, precision }: Verb, value: number): string {
  const special = specialFloat(value);
  if (special !== undefined) return special;
  switch (letter) {
    case 'f':
    case 'F':
      return goFixed(value, Math.min(precision ?? 6, MAX_DECIMALS));
    case 'e':
    case 'E':
      return goExponential(value, Math.min(precision ?? 6, MAX_DECIMALS)).replace('e', letter);
    case 'd':
      return Number.isInteger(value) ? BigInt(value).toString() : `%!d(float64=${formatGoFloat(value)})`;
    default:
      return precision === undefined
        ? formatGoFloat(value)
        : formatGoPrecision(value, Math.min(precision, MAX_DECIMALS));
  }
}

function integer(letter: string, value: bigint): string {
  switch (letter) {
    case 'v':
    case 'd':
      return String(value);
    case 'b':
      return value.toString(2);
    case 'o':
      return value.toString(8);
    case 'x':
      return value.toString(16);
    case 'X':
      return value.toString(16).toUpperCase();
    case 'c':
      return String.fromCodePoint(Number(value));
    default:
      return `%!${letter}(int=${value})`;
  }
}

function signed(text: string, flags: string): string {
  if (/^[-+%]/.test(text)) return text;
  if (flags.includes('+')) return `+${text}`;
  return flags.includes(' ') ? ` ${text}` : text;
}

function hex(value: string, letter: string): string {
  const text = Buffer.from(value, 'utf8').toString('hex');
  return letter === 'X' ? text.toUpperCase() : text;
}

function pad(text: string, flags: string, width: number): string {
  const bounded = Math.min(width, 1000);
  if (flags.includes('-')) return text.padEnd(bounded);
  if (!flags.includes('0') || !/^[-+]?\d/.test(text)) return text.padStart(bounded);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(bounded - sign.length, '0');
}

function goType(value: TemplateValue): string {
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'interface';
}
