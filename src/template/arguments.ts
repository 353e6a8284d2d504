import { kindOf, type TemplateValue } from './value.ts';

/** A number argument; text that is one counts, as in Prometheus's humanize functions. @throws Error */
export function numberOf(value: TemplateValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  const parsed = typeof value === 'string' ? parseFloatText(value) : undefined;
  if (parsed === undefined) throw new Error(`needs a number, not ${shown(value)}`);
  return parsed;
}

/** A text argument. @throws Error */
export function textOf(value: TemplateValue): string {
  if (typeof value === 'string') return value;
  throw new Error(`needs a text, not ${shown(value)}`);
}

/** A list argument. @throws Error */
export function listOf(value: TemplateValue): readonly TemplateValue[] {
  if (Array.isArray(value)) return value;
  throw new Error(`needs a list, not ${kindOf(value)}`);
}

function shown(value: TemplateValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
}

/** Go's `strconv.ParseFloat`, but for hexadecimal floats; undefined for what is no number. */
function parseFloatText(text: string): number | undefined {
  const special = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2] === undefined) return special[1] === '' ? Number.NaN : undefined;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
