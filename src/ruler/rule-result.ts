import { Failure } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import { evaluateInstant } from '../promql/evaluate.ts';
import type { InstantOptions } from '../promql/options.ts';
import { describeType, type Expr } from '../promql/tree.ts';

/** One element of an instant vector. */
export interface Element {
  readonly labels: Labels;
  readonly value: number;
}

/** The elements of an expression that is asked once; a scalar is one element without labels. @throws Failure */
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
