import type { ScalarNode, VectorNode } from '../nodes/node.ts';
import { LabelledSteps } from './collect-steps.ts';
import { RowColumns } from './row-columns.ts';
import type { ScalarSteps, StepPlan, StepRange, VectorSteps } from './step-node.ts';
import type { StepRows } from './step-rows.ts';

/** What instant nodes are fed with: the rows of their operands, column by column. */
export class Feeds {
  readonly #feeds: { readonly steps: VectorSteps; readonly columns: RowColumns }[] = [];

  /** An instant vector that shows the rows of `steps`. */
  add(steps: VectorSteps): RowColumns {
    const columns = new RowColumns(steps.frame);
    this.#feeds.push({ steps, columns });
    return columns;
  }

  /** Evaluates the operands, lets `use` look at them, and gives their rows back. */
  over<T>(range: StepRange, { pool }: StepPlan, use: () => T): T {
    const answers: StepRows[] = [];
    for (const { steps, columns } of this.#feeds) {
      const rows = steps.over(range);
      columns.load(range, rows);
      answers.push(rows);
    }
    const result = use();
    for (const rows of answers) rows.release(pool);
    return result;
  }
}

/** An instant node at every step, its operands evaluated at all of them at once. */
export function bridgedVector(node: VectorNode, feeds: Feeds, plan: StepPlan): VectorSteps {
  const labelled = new LabelledSteps();
  return {
    type: 'vector',
    frame: labelled.frame,
    over: (range) => feeds.over(range, plan, () => labelled.over(node, range, plan)),
  };
}

/** A number that is computed step by step. */
export function bridgedScalar(
  node: ScalarNode,
  isConstant: boolean,
  feeds: Feeds,
  plan: StepPlan,
): ScalarSteps {
  const constant = isConstant ? node.at(0) : undefined;
  let values = new Float64Array(0);
  return {
    type: 'scalar',
    constant,
    over(range) {
      const { start, step, count } = range;
      if (values.length === count && constant !== undefined) return values;
      if (values.length !== count) values = new Float64Array(count);
      if (constant !== undefined) return values.fill(constant);
      return feeds.over(range, plan, () => {
        let time = start;
        for (let index = 0; index < count; index++) {
          values[index] = node.at(time);
          time += step;
        }
        return values;
      });
    },
  };
}
