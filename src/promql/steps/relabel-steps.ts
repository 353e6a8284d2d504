import { UniqueLabels } from '../nodes/labels/unique-labels.ts';
import type { VectorNode } from '../nodes/node.ts';
import { RowColumns } from './row-columns.ts';
import type { VectorSteps } from './step-node.ts';
import { verifySteps } from './verify-steps.ts';

/**
 * Rows under other labels.
 * @param nodeOf the instant node that does the same, of which only the frame is of interest
 */
export function relabelSteps(child: VectorSteps, nodeOf: (operand: VectorNode) => VectorNode): VectorSteps {
  const { frame } = nodeOf(new RowColumns(child.frame));
  const labels = new UniqueLabels(frame);
  return {
    type: 'vector',
    frame,
    over(range) {
      const result = child.over(range);
      verifySteps(result, frame.length, (present) => labels.verify(present));
      return result;
    },
  };
}
