import { GoDuration } from './go-duration.ts';
import { formatGoFloat } from './go-float.ts';
import { GoTime } from './go-time.ts';
import { SafeText } from './safe-text.ts';

/** A method of the data: a field whose value is called with the arguments that follow it. */
export type TemplateMethod = (...args: readonly TemplateValue[]) => TemplateValue;

/**
 * What a template works on. A `bigint` is one of Go's integers, a `number` its float64. A plain object is a map: a key it lacks is the empty string.
 * An instance of a class is a struct: a field it lacks is an error, and only names with a capital are seen.
 */
export type TemplateValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | GoTime
  | GoDuration
  | SafeText
  | TemplateMethod
  | readonly TemplateValue[]
  | { readonly [field: string]: TemplateValue };

/** A map with methods, which come before its keys as in Go: a key is an enumerable property of its own. */
export abstract class MethodMap {
  readonly [key: string]: TemplateValue;
}

/** Go's truth: false, 0, nil and empty strings, lists and maps are false. */
export function isTruthy(value: TemplateValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof SafeText) return value.text !== '';
  if (typeof value === 'object' && value !== null) return !isMap(value) || Object.keys(value).length > 0;
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

/** Whether `value` is a map and no struct. */
export function isMap(value: TemplateValue): value is { readonly [key: string]: TemplateValue } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (value instanceof MethodMap) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** `value` as Go's `%v` prints it; what is absent prints as nothing, as Prometheus does. */
export function printValue(value: TemplateValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatGoFloat(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return printValue(value());
  if (value instanceof GoTime || value instanceof GoDuration) return value.toString();
  if (value instanceof SafeText) return value.text;
  const ownText = methodOf(value, 'String');
  if (ownText !== undefined) return printValue(ownText());
  if (Array.isArray(value)) return `[${Array.from(value, printValue).join(' ')}]`;
  if (!isMap(value)) return `{${Object.values(value).map(printValue).join(' ')}}`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${printValue(item)}`).join(' ')}]`;
}

/**
 * A method that the class of a value gives it; only names with a capital are seen, so that none of the language's own
 * is.
 */
export function methodOf(value: object, name: string): TemplateMethod | undefined {
  if (!/^\p{Lu}/u.test(name)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || !(name in prototype)) return undefined;
  const method: unknown = Reflect.get(prototype, name, value);
  return typeof method === 'function' ? bound(method, value) : undefined;
}

function bound(method: object, owner: object): TemplateMethod {
  // The types of a class's methods are its own business: what they return is printed or compared, never trusted.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const call = method as (this: object, ...args: readonly TemplateValue[]) => TemplateValue;
  return (...args) => call.call(owner, ...args);
}

/** What kind of value it is, in the words of an error message. */
export function kindOf(value: TemplateValue): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof GoTime) return 'a time';
  if (value instanceof GoDuration) return 'a duration';
  if (typeof value === 'bigint') return 'a whole number';
  if (typeof value === 'object') return isMap(value) ? 'a map' : 'a struct';
  return `a ${typeof value}`;
}
