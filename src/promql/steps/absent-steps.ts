import type { VectorNode } from '../nodes/node.ts';
import { RowColumns } from './row-columns.ts';
import type { StepPlan, VectorSteps } from './step-node.ts';
import { StepRows } from './step-rows.ts';

/**
 * `absent` and `absent_over_time`: 1 at the steps where no row has a value.
 * @param nodeOf the instant node of `absent`, of which only the frame is of interest
 */
export function absentSteps(
  child: VectorSteps,
  nodeOf: (operand: VectorNode) => VectorNode,
  { pool }: StepPlan,
): VectorSteps {
  const { frame } = nodeOf(new RowColumns(child.frame));
  return {
    type: 'vector',
    frame,
    over(range) {
      const answers = child.over(range);
      const row = pool.take(range.count);
      row.values.fill(1);
      for (const { present } of answers.rows) {
        for (let step = 0; step < range.count; step++) {
          row.present[step] = (row.present[step] ?? 0) | (present[step] ?? 0);
        }
      }
      for (let step = 0; step < range.count; step++) row.present[step] = 1 ^ (row.present[step] ?? 0);
      answers.release(pool);
      const result = new StepRows();
      result.keep(0, row, pool);
      return result;
    },
  };
}
