import type { SeriesReader } from '../../model/series.ts';
import { evaluateInstant, evaluateRange } from '../evaluate.ts';
import { childrenOf, type Expr } from '../tree.ts';
import type { Matrix, Value, Vector } from '../value.ts';
import { differenceOfVector } from './compare.ts';

const STEP_MS = 60_000;

/** Functions whose result depends on the evaluation time however their selectors are fixed. */
const TIME_DEPENDENT =
  /^(?:day_of_month|day_of_week|day_of_year|days_in_month|hour|minute|month|predict_linear|time|timestamp|year)$/;

/** Asks again as the middle step of a range query. @returns what differs from the instant answer, or undefined */
export function recheckAsRange(
  expr: Expr,
  time: number,
  value: Value,
  reader: SeriesReader,
): string | undefined {
  if ((value.type !== 'vector' && value.type !== 'scalar') || some(expr, usesBounds)) return undefined;
  const range = { reader, start: time - STEP_MS, end: time + STEP_MS, step: STEP_MS };
  const middle = stepOf(evaluateRange(expr, range), time);
  const difference = differenceOf(middle, toVector(value));
  return difference === undefined ? undefined : `as a range query: ${difference}`;
}

/** Fixes every selector by `@` and asks at other times. @returns what differs, or undefined */
export function recheckAtOtherTimes(
  expr: Expr,
  time: number,
  value: Value,
  reader: SeriesReader,
): string | undefined {
  if (value.type !== 'vector' || some(expr, dependsOnTime)) return undefined;
  const fixed = fixTimes(expr, time);
  for (const other of [-10 * time, 0, Math.trunc(time / 5), time, 10 * time]) {
    const again = evaluateInstant(fixed, { reader, time: other });
    const difference = again.type === 'vector' ? differenceOf(again, value) : `a ${again.type}`;
    if (difference !== undefined) return `fixed by @ and asked at ${other} ms: ${difference}`;
  }
  return undefined;
}

function fixTimes(expr: Expr, time: number): Expr {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'selector':
    case 'subquery':
      return { ...expr, at: expr.at ?? time };
    case 'range':
      return { ...expr, selector: { ...expr.selector, at: expr.selector.at ?? time } };
    case 'unary':
    case 'paren':
      return { ...expr, expr: fixTimes(expr.expr, time) };
    case 'binary':
      return { ...expr, left: fixTimes(expr.left, time), right: fixTimes(expr.right, time) };
    case 'aggregate': {
      const parameter = expr.parameter === undefined ? {} : { parameter: fixTimes(expr.parameter, time) };
      return { ...expr, expr: fixTimes(expr.expr, time), ...parameter };
    }
    case 'call':
      return { ...expr, args: expr.args.map((arg) => fixTimes(arg, time)) };
  }
}

function some(expr: Expr, test: (node: Expr) => boolean): boolean {
  return test(expr) || childrenOf(expr).some((child) => some(child, test));
}

function usesBounds(node: Expr): boolean {
  return (node.kind === 'selector' || node.kind === 'subquery') && typeof node.at === 'string';
}

function dependsOnTime(node: Expr): boolean {
  return usesBounds(node) || (node.kind === 'call' && TIME_DEPENDENT.test(node.name));
}

function differenceOf(actual: Vector, expected: Vector): string | undefined {
  const elements = expected.labels.map((labels, i) => ({
    labels,
    values: [expected.values[i] ?? Number.NaN],
  }));
  return differenceOfVector(actual, elements, false);
}

function stepOf({ series }: Matrix, time: number): Vector {
  const present = series.flatMap(({ labels, timestamps, values }) => {
    const index = timestamps.indexOf(time);
    return index < 0 ? [] : [{ labels, value: values[index] ?? Number.NaN }];
  });
  return {
    type: 'vector',
    labels: present.map(({ labels }) => labels),
    values: Float64Array.from(present, ({ value }) => value),
  };
}

function toVector(value: Vector | Extract<Value, { type: 'scalar' }>): Vector {
  if (value.type === 'vector') return value;
  return { type: 'vector', labels: [{}], values: Float64Array.of(value.value) };
}
