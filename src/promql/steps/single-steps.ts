import { ListFrame } from '../nodes/frames.ts';
import type { ScalarSteps, StepPlan, VectorSteps } from './step-node.ts';
import { StepRows } from './step-rows.ts';

/** A scalar as a vector of one row without labels. */
export function singleSteps(scalar: ScalarSteps, { pool }: StepPlan): VectorSteps {
  const frame = new ListFrame();
  frame.push({});
  return {
    type: 'vector',
    frame,
    over(range) {
      const row = pool.take(range.count);
      row.values.set(scalar.over(range).subarray(0, range.count));
      row.present.fill(1);
      const result = new StepRows();
      result.push(0, row);
      return result;
    },
  };
}
