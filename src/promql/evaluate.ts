import { Failure } from '../model/failure.ts';
import { compareLabels } from './label-sets.ts';
import type { InstantOptions, RangeOptions } from './options.ts';
import type { Column } from './columns.ts';
import { compile } from './plan/compile.ts';
import { Evaluation } from './plan/evaluation.ts';
import type { Plan } from './plan/node.ts';
import { StepColumns } from './plan/step-columns.ts';
import { describeType, type Expr } from './tree.ts';
import type { Matrix, Value, Vector } from './value.ts';
import { EMPTY_VECTOR } from './vector-builder.ts';

/**
 * The value of an expression at one time. The order of a vector means nothing except under `sort`, `topk`, `bottomk`.
 * @throws Failure `invalid` (ambiguous matching, duplicate label sets), `budget`, `timeout`, or the signal's reason
 */
export function evaluateInstant(expr: Expr, options: InstantOptions): Value {
  const times = { start: options.time, end: options.time };
  const plan = compile(expr, new Evaluation(options, times), times);
  switch (plan.type) {
    case 'scalar':
      return { type: 'scalar', value: plan.at(options.time) };
    case 'string':
      return { type: 'string', value: plan.value };
    case 'vector':
      return plan.at(options.time);
    case 'matrix':
      return toMatrix(
        plan.at(options.time).windows.map((window) => ({ ...window, length: window.values.length })),
      );
  }
}

/**
 * The values of an expression at every step of a range, as if evaluated at each; a scalar is a series without labels.
 * @throws Failure as `evaluateInstant`, and `invalid` for a string or range vector
 */
export function evaluateRange(expr: Expr, options: RangeOptions): Matrix {
  const steps = rangeSteps(expr, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * `evaluateRange` that lets others run between steps, so that a long query holds nobody up.
 * @param pause awaited after every step: a `setImmediate`, or nothing while little time has passed
 */
export async function evaluateRangeYielding(
  expr: Expr,
  options: RangeOptions,
  pause: () => Promise<void>,
): Promise<Matrix> {
  const steps = rangeSteps(expr, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

function* rangeSteps(expr: Expr, options: RangeOptions): Generator<void, Matrix> {
  const { start, end, step } = options;
  if (!(step > 0)) throw new Failure('invalid', `step must be above 0 ms, got ${step}`);
  const evaluation = new Evaluation(options, { start, end });
  const steps = Math.floor((end - start) / step);
  const last = start + steps * step;
  evaluation.spend(Math.max(0, steps + 1));
  const plan = compile(expr, evaluation, { start, end: last });
  const columns = new StepColumns();
  for (let time = start; time <= last; time += step) {
    evaluation.check();
    const vector = vectorAt(plan, time);
    evaluation.spend(vector.values.length);
    columns.add(time, vector);
    yield;
  }
  return toMatrix([...columns.columns()]);
}

function vectorAt(plan: Plan, time: number): Vector {
  if (plan.type === 'vector') return plan.at(time);
  if (plan.type === 'scalar')
    return { ...EMPTY_VECTOR, labels: [NO_LABELS], values: Float64Array.of(plan.at(time)) };
  const type = describeType(plan.type);
  throw new Failure('invalid', `a range query takes a scalar or an instant vector, not a ${type}`);
}

const NO_LABELS = {};

function toMatrix(columns: readonly Column[]): Matrix {
  const series = columns.map(({ labels, timestamps, values, length }) => {
    return { labels, timestamps: timestamps.slice(0, length), values: values.slice(0, length) };
  });
  return { type: 'matrix', series: series.toSorted((a, b) => compareLabels(a.labels, b.labels)) };
}
