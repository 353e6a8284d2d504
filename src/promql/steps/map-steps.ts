import type { ValueFunction } from '../kernels/value-functions.ts';
import { nameless } from '../nodes/labels/nameless.ts';
import type { ScalarSteps, StepPlan, VectorSteps } from './step-node.ts';
import type { StepRow } from './step-row.ts';
import { StepRows } from './step-rows.ts';
import { verifySteps } from './verify-steps.ts';

/**
 * A function of each value; the result is no longer the metric.
 * @param first further arguments, the same for all series
 */
export function mapSteps(
  compute: ValueFunction,
  child: VectorSteps,
  { pool }: StepPlan,
  first?: ScalarSteps,
  second?: ScalarSteps,
): VectorSteps {
  const { frame, verify } = nameless(child.frame, false);
  return {
    type: 'vector',
    frame,
    over(range, demand) {
      const { positions, rows } = child.over(range, demand);
      const [a, b] = [first?.over(range) ?? NONE, second?.over(range) ?? NONE];
      const result = new StepRows();
      for (const [index, row] of rows.entries()) {
        mapRow(compute, row, a, b);
        result.keep(positions[index] ?? 0, row, pool);
      }
      verifySteps(result, frame.length, verify);
      return result;
    },
  };
}

const NONE = new Float64Array(0);

function mapRow(
  compute: ValueFunction,
  { values, present }: StepRow,
  a: Float64Array,
  b: Float64Array,
): void {
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    const value = compute(values[step] ?? 0, a[step] ?? Number.NaN, b[step] ?? Number.NaN);
    if (value === undefined) present[step] = 0;
    else values[step] = value;
  }
}
