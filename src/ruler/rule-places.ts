import type { Place } from './rule.ts';
import type { Texts, YamlSource } from './yaml-source.ts';

/** Where the values of labels or annotations stand. */
export function placesOf(source: YamlSource, texts: Texts): ReadonlyMap<string, Place> {
  return new Map(Array.from(texts, ([name, { field }]) => [name, source.place(field.value ?? field.key)]));
}
