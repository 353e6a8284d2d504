import { Failure } from '../model/failure.ts';
import { labelsKey, METRIC_NAME, type Labels } from '../model/labels.ts';
import { evaluateInstant } from '../promql/evaluate.ts';
import type { InstantOptions } from '../promql/options.ts';
import { describeType, type Expr } from '../promql/tree.ts';

/** One element of a rule's result. */
export interface Element {
  readonly labels: Labels;
  readonly value: number;
}

/** The elements of an expression at a time; a scalar is one element without labels. @throws Failure */
export function elementsOf(expr: Expr, options: InstantOptions): Element[] {
  const value = evaluateInstant(expr, options);
  if (value.type === 'scalar') return [{ labels: {}, value: value.value }];
  if (value.type !== 'vector') {
    throw new Failure(
      'invalid',
      `the expression yields a ${describeType(value.type)}, not an instant vector`,
    );
  }
  return value.labels.map((labels, index) => ({ labels, value: value.values[index] ?? Number.NaN }));
}

/** Recorded elements under the rule's name and labels. @throws Failure when two become one or the limit is passed */
export function namedElements(
  elements: readonly Element[],
  name: string,
  labels: Labels,
  limit: number,
): Element[] {
  checkLimit(elements.length, limit, 'series');
  const named = elements.map((element) => ({
    labels: withoutEmpty({ ...element.labels, ...labels, [METRIC_NAME]: name }),
    value: element.value,
  }));
  if (new Set(named.map((element) => labelsKey(element.labels))).size < named.length) {
    throw new Failure('invalid', 'two series have the same labels after the labels of the rule were added');
  }
  return named;
}

/** @throws Failure `budget` */
export function checkLimit(count: number, limit: number, what: string): void {
  if (limit > 0 && count > limit)
    throw new Failure('budget', `the rule yields ${count} ${what}, its group's limit is ${limit}`);
}

/** An empty label is an absent one. */
export function withoutEmpty(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
