import { Failure } from '../model/failure.ts';
import type { TimeRange } from '../model/series.ts';
import { resolveDurations } from './durations.ts';
import { toMatrix, toVector, windowsAt } from './nodes/answers.ts';
import { compile } from './nodes/compile.ts';
import type { Node, VectorNode } from './nodes/node.ts';
import { QueryContext } from './nodes/query-context.ts';
import { rootVector } from './nodes/root.ts';
import { keptSeries, seriesOnce, type SeriesAccess } from './nodes/series/series-access.ts';
import { StepColumns } from './nodes/subquery/step-columns.ts';
import type { InstantOptions, RangeOptions } from './options.ts';
import { describeType, type Expr } from './tree.ts';
import type { Matrix, Value } from './value.ts';

/**
 * The value of an expression at one time. The order of a vector means nothing except under `sort`, `topk`, `bottomk`.
 * @throws Failure `invalid` (ambiguous matching, duplicate label sets), `budget`, `timeout`, or the signal's reason
 */
export function evaluateInstant(expr: Expr, options: InstantOptions): Value {
  const { time } = options;
  const context = new QueryContext(options);
  context.begin({ start: time, end: time }, options);
  // To follow costs less than to copy what one evaluation looks at once.
  const { reader } = options;
  const access =
    reader.follow === undefined ? seriesOnce(reader, context).access : keptSeries(reader, context);
  const node = compileOnce(expr, context, access, { start: time, end: time });
  if (node.type === 'scalar') return { type: 'scalar', value: node.at(time) };
  if (node.type === 'string') return { type: 'string', value: node.value };
  if (node.type === 'matrix') return windowsAt(node, time);
  return toVector((rootVector(node, context) ?? node).at(time));
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
 * `evaluateRange` that lets others run between series that are read and between steps, so that it holds nobody up.
 * @param pause awaited after each of them: a `setImmediate`, or nothing while little time has passed
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
  const context = new QueryContext(options);
  context.begin({ start, end }, options, step);
  const steps = Math.floor((end - start) / step);
  context.spend(Math.max(0, steps + 1));
  const last = start + steps * step;
  const { access, read } = seriesOnce(options.reader, context);
  const node = vectorOf(compileOnce(expr, context, access, { start, end: last }), context);
  yield* read();
  const columns = new StepColumns();
  for (let time = start; time <= last; time += step) {
    context.check();
    context.spend(columns.add(time, node.at(time)));
    yield;
  }
  return toMatrix(columns.columns());
}

/** @param times the first and the last time at which the node will be evaluated */
function compileOnce(expr: Expr, context: QueryContext, access: SeriesAccess, times: TimeRange): Node {
  const rangeMs = context.resolve('end') - context.resolve('start');
  const resolved = resolveDurations(expr, { stepMs: context.stepMs, rangeMs });
  return compile(resolved, { context, access, times });
}

function vectorOf(node: Node, context: QueryContext): VectorNode {
  const vector = rootVector(node, context);
  if (vector !== undefined) return vector;
  const type = describeType(node.type);
  throw new Failure('invalid', `a range query takes a scalar or an instant vector, not a ${type}`);
}
