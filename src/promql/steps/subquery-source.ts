import type { Subquery } from '../tree.ts';
import { LabelledSteps } from './collect-steps.ts';
import { lookTimes } from './look-times.ts';
import type { RangeSource, Samples } from './range-source.ts';
import type { StepPlan, VectorSteps } from './step-node.ts';
import type { StepRow } from './step-row.ts';
import { StepRows } from './step-rows.ts';

/** The answers of an expression at the steps of a range; steps are multiples of their length. */
export function subquerySource(subquery: Subquery, child: VectorSteps, plan: StepPlan): RangeSource {
  const { context, pool } = plan;
  const { rangeMs, stepMs = context.subqueryStepMs } = subquery;
  const columns = new LabelledSteps();
  const stepAfter = (time: number): number => (Math.floor(time / stepMs) + 1) * stepMs;
  return {
    frame: columns.frame,
    rangeMs,
    read(range, visit) {
      const times = lookTimes(subquery, range, context);
      const start = stepAfter(times.first - rangeMs);
      const count = Math.max(0, Math.floor((times.last - start) / stepMs) + 1);
      context.spend(count);
      if (count === 0) return;
      const answers = child.over({ start, step: stepMs, count });
      columns.begin();
      const merged = new StepRows();
      for (const [index, position] of answers.positions.entries()) {
        const row = answers.rows[index];
        if (row !== undefined) merged.push(columns.placeOfRow(child.frame.labels(position)), row);
      }
      merged.ordered(pool);
      for (const [index, position] of merged.positions.entries()) {
        const row = merged.rows[index];
        if (row !== undefined) visit(position, samplesOf(row, start, stepMs), times);
      }
      merged.release(pool);
    },
  };
}

function samplesOf({ values, present }: StepRow, start: number, stepMs: number): Samples {
  const timestamps = new Float64Array(values.length);
  const found = new Float64Array(values.length);
  let length = 0;
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    timestamps[length] = start + step * stepMs;
    found[length++] = values[step] ?? 0;
  }
  return { length, timestamps, values: found };
}
