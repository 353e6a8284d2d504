import type { Node } from 'yaml';
import { selectedNames, selectorsOf } from '../promql/inspect.ts';
import { lineAndColumn } from '../promql/parse-error.ts';
import type { Expr } from '../promql/tree.ts';
import type { Position } from './rule.ts';
import type { Texts, YamlSource } from './yaml-source.ts';

/** Where each metric of an expression is first mentioned. */
export function metricPlaces(
  source: YamlSource,
  node: Node | undefined,
  expr: Expr,
  text: string,
): ReadonlyMap<string, Position> {
  const places = new Map<string, Position>();
  if (node === undefined) return places;
  for (const selector of selectorsOf(expr)) {
    const { line, column } = lineAndColumn(text, selector.start);
    for (const name of selectedNames(selector))
      if (!places.has(name)) places.set(name, source.positionWithin(node, line, column));
  }
  return places;
}

/** Where the values of labels or annotations stand. */
export function placesOf(source: YamlSource, texts: Texts): ReadonlyMap<string, Position> {
  return new Map(Array.from(texts, ([name, { field }]) => [name, source.position(field.value ?? field.key)]));
}
