import { MatchSignatures } from '../nodes/binary/match-signatures.ts';
import { UnionFrame } from '../nodes/binary/union-frame.ts';
import type { SetOperator } from '../operators.ts';
import type { VectorMatching } from '../tree.ts';
import { mask, presenceOf } from './presence.ts';
import type { StepPlan, VectorSteps } from './step-node.ts';
import { StepRows } from './step-rows.ts';

/** `and`, `or`, `unless`: values are kept as they are, by whether the other side has their signature at the step. */
export function setSteps(
  operator: SetOperator,
  matching: VectorMatching,
  left: VectorSteps,
  right: VectorSteps,
  plan: StepPlan,
): VectorSteps {
  const signatures = new MatchSignatures(matching, left.frame, right.frame);
  return operator === 'or'
    ? unionSteps(signatures, left, right, plan)
    : selectionSteps(signatures, left, right, operator === 'and', plan);
}

/** @param wanted whether values stay where the other side has one, or where it has none */
function selectionSteps(
  signatures: MatchSignatures,
  left: VectorSteps,
  right: VectorSteps,
  wanted: boolean,
  { pool }: StepPlan,
): VectorSteps {
  return {
    type: 'vector',
    frame: left.frame,
    over(range) {
      const answers = left.over(range);
      const others = right.over(range);
      signatures.update(() => undefined);
      const presence = presenceOf(others, signatures.right.values);
      const result = new StepRows();
      for (const [index, row] of answers.rows.entries()) {
        const position = answers.positions[index] ?? 0;
        const other = presence.get(signatures.left.values[position] ?? 0);
        if (other !== undefined) mask(row.present, other, wanted);
        if (wanted && other === undefined) pool.give(row);
        else result.keep(position, row, pool);
      }
      others.release(pool);
      return result;
    },
  };
}

function unionSteps(
  signatures: MatchSignatures,
  left: VectorSteps,
  right: VectorSteps,
  { pool }: StepPlan,
): VectorSteps {
  const frame = new UnionFrame(left.frame, right.frame);
  return {
    type: 'vector',
    frame,
    over(range) {
      const answers = left.over(range);
      const others = right.over(range);
      signatures.update(() => frame.clear());
      frame.extend();
      const taken = presenceOf(answers, signatures.left.values);
      const result = new StepRows();
      for (const [index, row] of answers.rows.entries()) {
        result.push(frame.left.values[answers.positions[index] ?? 0] ?? 0, row);
      }
      for (const [index, row] of others.rows.entries()) {
        const position = others.positions[index] ?? 0;
        const other = taken.get(signatures.right.values[position] ?? 0);
        if (other !== undefined) mask(row.present, other, false);
        result.keep(frame.right.values[position] ?? 0, row, pool);
      }
      return result.ordered(pool);
    },
  };
}
