import { Failure } from '../../model/failure.ts';
import type { TimeRange } from '../../model/series.ts';
import { resolveDurations } from '../durations.ts';
import { compile } from '../nodes/compile.ts';
import type { Instant, VectorNode } from '../nodes/node.ts';
import type { QueryLimits } from '../nodes/query-context.ts';
import { rootVector } from '../nodes/root.ts';
import { keptSeries, seriesOnce } from '../nodes/series/series-access.ts';
import { someExpr, type Expr } from '../tree.ts';
import { LabelledSteps } from './collect-steps.ts';
import type { LabelledRows } from './root-rows.ts';
import { lastStep, type StepPlan, type StepRange } from './step-node.ts';

/** Why an expression has no value at a step. */
export class StepFailure extends Failure {
  /** The step, ms since the epoch. */
  readonly time: number;

  constructor(failure: Failure, time: number) {
    super(failure.reason, failure.message, { cause: failure });
    this.time = time;
  }
}

/**
 * The instant evaluator, asked at one step after the other.
 * @param onFailure told of each step that fails, which has no values then
 * @throws StepFailure of the first step that fails, where nobody is told
 */
export function evaluateStepByStep(
  expr: Expr,
  range: StepRange,
  plan: StepPlan,
  limits: QueryLimits,
  onFailure?: (failure: StepFailure) => void,
): LabelledRows {
  const { context } = plan;
  context.begin({ start: range.start, end: lastStep(range) }, limits);
  const node = rootOf(expr, { start: range.start, end: lastStep(range) }, plan);
  const at = (time: number): Instant => {
    context.begin({ start: time, end: time }, limits);
    try {
      return node.at(time);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'invalid') throw error;
      const failure = new StepFailure(error, time);
      if (onFailure === undefined) throw failure;
      onFailure(failure);
      return { frame: node.frame, values: NONE, present: new Uint8Array(node.frame.length) };
    }
  };
  const labelled = new LabelledSteps();
  const { positions, rows } = labelled.over({ type: 'vector', frame: node.frame, at }, range, plan);
  return { labels: positions.map((position) => labelled.frame.labels(position)), rows };
}

const NONE = new Float64Array(0);

function rootOf(expr: Expr, times: TimeRange, { context, reader }: StepPlan): VectorNode {
  const resolved = resolveDurations(expr, { stepMs: 0, rangeMs: 0 });
  // Where every step looks elsewhere, as its bounds are its own, series are read again for each.
  const plan = asksForBounds(expr)
    ? { context, access: keptSeries(reader, context), times: undefined }
    : { context, access: seriesOnce(reader, context).access, times };
  const root = rootVector(compile(resolved, plan), context);
  if (root === undefined) throw new TypeError('an expression of steps is a scalar or an instant vector');
  return root;
}

/** Whether an expression looks at the bounds of the query, which are another thing at every step. */
export function asksForBounds(expr: Expr): boolean {
  return someExpr(expr, (inner) => {
    if (inner.kind === 'call') return /^(?:start|end|step|range)$/.test(inner.name);
    return (inner.kind === 'selector' || inner.kind === 'subquery') && typeof inner.at === 'string';
  });
}
