import { compile } from '../nodes/compile.ts';
import type { Plan } from '../nodes/plan.ts';
import { keptSeries, seriesOnce } from '../nodes/series/series-access.ts';
import type { Expr } from '../tree.ts';
import { LabelledSteps } from './collect-steps.ts';
import { lastStep, type StepPlan, type VectorSteps } from './step-node.ts';

/** A sub-expression that only the instant evaluator knows: it is asked at every step, its series read once. */
export function instantSteps(expr: Expr, plan: StepPlan): VectorSteps {
  const { context, reader } = plan;
  const labelled = new LabelledSteps();
  return {
    type: 'vector',
    frame: labelled.frame,
    over(range) {
      const times = { start: range.start, end: lastStep(range) };
      const node = compile(expr, { context, access: seriesOnce(reader, context).access, times });
      if (node.type !== 'vector') throw new TypeError('the parser lets only an instant vector stand here');
      return labelled.over(node, range, plan);
    },
  };
}

/** What instant nodes are made with whose operands are steps: they read nothing themselves. */
export function instantPlan({ context, reader }: StepPlan): Plan {
  return { context, access: keptSeries(reader, context), times: undefined };
}
