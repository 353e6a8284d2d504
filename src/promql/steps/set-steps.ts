import { MatchSignatures } from '../nodes/binary/match-signatures.ts';
import { UnionFrame } from '../nodes/binary/union-frame.ts';
import type { SetOperator } from '../operators.ts';
import type { VectorMatching } from '../tree.ts';
import { bothDemands, demandFor, demandThrough, type Demand } from './demand.ts';
import { mask, presenceOf } from './presence.ts';
import type { StepPlan, StepRange, VectorSteps } from './step-node.ts';
import { StepRows } from './step-rows.ts';

/** `and`, `or`, `unless`: values are kept as they are, by whether the other side has their signature at the step. */
export function setSteps(
  operator: SetOperator,
  matching: VectorMatching,
  left: VectorSteps,
  right: VectorSteps,
  plan: StepPlan,
  first: 'left' | 'right' = 'left',
): VectorSteps {
  if (operator === 'or') return unionSteps(matching, left, right, plan);
  const inOrder = evaluationOrder(operator, matching, left, right, first);
  return selectionSteps(matching, left, right, inOrder, operator === 'and', plan);
}

type InOrder = (range: StepRange, demand: Demand | undefined) => { answers: StepRows; others: StepRows };

/** Evaluates both sides, the second one as far as the first one leaves anything to ask for. */
function evaluationOrder(
  operator: 'and' | 'unless',
  matching: VectorMatching,
  left: VectorSteps,
  right: VectorSteps,
  first: 'left' | 'right',
): InOrder {
  if (operator === 'and' && first === 'right') {
    return (range, demand) => {
      const others = right.over(range, demandThrough(demand, matching));
      const answers = left.over(range, bothDemands(demandFor(others, right.frame, matching), demand));
      return { answers, others };
    };
  }
  return (range, demand) => {
    const answers = left.over(range, demand);
    return { answers, others: right.over(range, demandFor(answers, left.frame, matching)) };
  };
}

/** @param wanted whether values stay where the other side has one, or where it has none */
function selectionSteps(
  matching: VectorMatching,
  left: VectorSteps,
  right: VectorSteps,
  inOrder: InOrder,
  wanted: boolean,
  { pool }: StepPlan,
): VectorSteps {
  const signatures = new MatchSignatures(matching, left.frame, right.frame);
  return {
    type: 'vector',
    frame: left.frame,
    over(range, demand) {
      const { answers, others } = inOrder(range, demand);
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
  matching: VectorMatching,
  left: VectorSteps,
  right: VectorSteps,
  { pool }: StepPlan,
): VectorSteps {
  const signatures = new MatchSignatures(matching, left.frame, right.frame);
  const frame = new UnionFrame(left.frame, right.frame);
  // Rows that hide each other must both be asked for, or neither: they do where they share all labels.
  const isWhole = !matching.on && matching.labels.length === 0;
  return {
    type: 'vector',
    frame,
    over(range, demand) {
      const answers = left.over(range, isWhole ? demand : undefined);
      const others = right.over(range, isWhole ? demand : undefined);
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
