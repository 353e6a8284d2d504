import { cutText } from '../../src/model/cut-text.ts';
import { isObject } from './json-object.ts';
import { textOf } from './otlp.ts';

/** Longer values are cut, characters. */
const MAX_VALUE = 1024;

/** The first of these attributes that has a value, as text. */
export function attribute(attributes: readonly unknown[], ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const found = attributes.find((item) => isObject(item) && item['key'] === key);
    const value = valueOf(found);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The value of the first attribute whose key is meant. */
export function attributeWhere(
  attributes: readonly unknown[],
  isMeant: (key: string) => boolean,
): string | undefined {
  for (const item of attributes) {
    const value = isObject(item) && isMeant(textOf(item['key'])) ? valueOf(item) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A `KeyValue`'s string, number or truth as text; undefined for lists, bytes and nothing. */
function valueOf(item: unknown): string | undefined {
  const value = isObject(item) ? item['value'] : undefined;
  if (!isObject(value)) return undefined;
  const scalar = value['stringValue'] ?? value['intValue'] ?? value['doubleValue'] ?? value['boolValue'];
  if (typeof scalar !== 'string' && typeof scalar !== 'number' && typeof scalar !== 'boolean')
    return undefined;
  const text = cutText(String(scalar), MAX_VALUE);
  return text === '' ? undefined : text;
}
