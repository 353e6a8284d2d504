import type { TimeRange } from '../../model/series.ts';
import type { Subquery } from '../tree.ts';
import { windowsOf } from './columns.ts';
import type { Evaluation } from './evaluation.ts';
import type { RangePlan, VectorPlan } from './node.ts';
import { shifter } from './shift.ts';
import { StepColumns } from './step-columns.ts';

/**
 * A subquery keeps the steps it has evaluated: at the next, later time only the new ones are due. Steps are multiples
 * of the step's length, whatever the evaluation time.
 * @param plan makes the plan of the inner expression for the times it will be evaluated at
 */
export function planSubquery(
  subquery: Subquery,
  evaluation: Evaluation,
  times: TimeRange,
  plan: (times: TimeRange) => VectorPlan,
): RangePlan {
  const { rangeMs, stepMs = evaluation.subqueryStepMs } = subquery;
  const shift = shifter(subquery, evaluation);
  const firstStep = (start: number): number => (Math.floor(start / stepMs) + 1) * stepMs;
  const inner = plan({ start: firstStep(shift(times.start) - rangeMs), end: shift(times.end) });
  let steps = new StepColumns();
  let next = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const advance = (start: number, end: number): void => {
    if (end < last) {
      steps = new StepColumns();
      next = Number.NEGATIVE_INFINITY;
    }
    next = Math.max(next, firstStep(start));
    // All steps are paid for before the first: one too fine fails at once.
    evaluation.spend(Math.max(0, Math.floor((end - next) / stepMs) + 1));
    for (; next <= end; next += stepMs) {
      evaluation.check();
      const vector = inner.at(next);
      evaluation.spend(vector.values.length);
      steps.add(next, vector);
    }
    last = end;
  };
  return {
    type: 'matrix',
    at(time) {
      const end = shift(time);
      const start = end - rangeMs;
      advance(start, end);
      return { start, end, windows: windowsOf(steps.columns(), start, end) };
    },
  };
}
