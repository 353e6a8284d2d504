import { applyFilter, pairOperation, type Computation, type Filter } from '../nodes/binary/pair-operation.ts';
import { nameless } from '../nodes/labels/nameless.ts';
import { FlagScratch } from '../nodes/scratch.ts';
import type { Binary } from '../tree.ts';
import type { ScalarSteps, StepPlan, VectorSteps } from './step-node.ts';
import { StepRows } from './step-rows.ts';
import { verifySteps } from './verify-steps.ts';

/**
 * An operator between every row and one scalar.
 * @param side on which the vector stands
 */
export function vectorScalarSteps(
  expr: Binary,
  child: VectorSteps,
  scalar: ScalarSteps,
  side: 'left' | 'right',
  plan: StepPlan,
): VectorSteps {
  const operation = pairOperation(expr);
  return operation.kind === 'filter'
    ? filterSteps(operation, child, scalar, side, plan)
    : computeSteps(operation, child, scalar, side);
}

/** A filter keeps the vector's own values, on whichever side it stands. */
function filterSteps(
  filter: Filter,
  child: VectorSteps,
  scalar: ScalarSteps,
  side: 'left' | 'right',
  { pool }: StepPlan,
): VectorSteps {
  const flags = new FlagScratch();
  return {
    type: 'vector',
    frame: child.frame,
    over(range, demand) {
      const { count } = range;
      const { positions, rows } = child.over(range, demand);
      const others = scalar.over(range);
      const result = new StepRows();
      for (const [index, row] of rows.entries()) {
        const [left, right] = side === 'left' ? [row.values, others] : [others, row.values];
        applyFilter(filter, left, right, row.present, count, flags.cleared(count));
        result.keep(positions[index] ?? 0, row, pool);
      }
      return result;
    },
  };
}

function computeSteps(
  operation: Computation,
  child: VectorSteps,
  scalar: ScalarSteps,
  side: 'left' | 'right',
): VectorSteps {
  const { frame, verify } = nameless(child.frame, false);
  return {
    type: 'vector',
    frame,
    over(range, demand) {
      const result = child.over(range, demand);
      const others = scalar.over(range);
      for (const { values } of result.rows) {
        const [left, right] = side === 'left' ? [values, others] : [others, values];
        operation.run(left, right, range.count, values);
      }
      verifySteps(result, frame.length, verify);
      return result;
    },
  };
}
