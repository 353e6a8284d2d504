import type { TimeRange } from '../../../model/series.ts';
import type { Subquery } from '../../tree.ts';
import type { RangeNode, VectorNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import { ColumnWindows } from '../series/column-windows.ts';
import { shifter } from '../series/shift.ts';
import { StepColumns } from './step-columns.ts';
import { SubquerySteps } from './subquery-steps.ts';

/**
 * The answers of an expression at the steps of a range. Steps are multiples of their length, whatever the evaluation
 * time: those that an earlier evaluation has made are used again.
 * @param childOf makes the node of the expression for the times it will be evaluated at
 */
export function subqueryNode(
  subquery: Subquery,
  plan: Plan,
  childOf: (times: TimeRange | undefined) => VectorNode,
): RangeNode {
  const { context, times } = plan;
  const { rangeMs, stepMs = context.subqueryStepMs } = subquery;
  const shift = shifter(subquery, context);
  const startOf = (time: number): number => shift(time) - rangeMs;
  const firstStep = (start: number): number => (Math.floor(start / stepMs) + 1) * stepMs;
  const child = childOf(times && { start: firstStep(startOf(times.start)), end: shift(times.end) });
  const columns = new StepColumns();
  const steps = new SubquerySteps(subquery, plan, child, columns);
  const windows = new ColumnWindows();
  const columnAt = (position: number) => columns.columns()[position];
  return {
    type: 'matrix',
    frame: columns,
    seek(time) {
      const start = startOf(time);
      const end = shift(time);
      steps.cover(start, end);
      windows.seek(start, end);
      return { time, start, end };
    },
    window(position) {
      const column = columnAt(position);
      return column && windows.window(column, position);
    },
    edges(position) {
      const column = columnAt(position);
      return column && windows.edges(column, position);
    },
  };
}
