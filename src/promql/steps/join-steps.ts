import { joinNode } from '../nodes/binary/join.ts';
import { MatchSignatures } from '../nodes/binary/match-signatures.ts';
import { applyFilter, pairOperation } from '../nodes/binary/pair-operation.ts';
import { FlagScratch } from '../nodes/scratch.ts';
import type { Binary, VectorMatching } from '../tree.ts';
import { collectSteps } from './collect-steps.ts';
import { mask } from './presence.ts';
import { RowColumns } from './row-columns.ts';
import type { StepPlan, VectorSteps } from './step-node.ts';
import type { StepRow } from './step-row.ts';
import { StepRows } from './step-rows.ts';

/**
 * Pairs of rows that are alone with their signature on either side. Where they are not alone, the instant node looks at
 * the range step by step: it knows who is there when, and what to complain of. A result has its left row's position.
 */
export function joinOneToOneSteps(
  expr: Binary,
  matching: VectorMatching,
  left: VectorSteps,
  right: VectorSteps,
  plan: StepPlan,
): VectorSteps {
  const { pool } = plan;
  const [leftColumns, rightColumns] = [new RowColumns(left.frame), new RowColumns(right.frame)];
  const node = joinNode(expr, matching, leftColumns, rightColumns, plan.context);
  const signatures = new MatchSignatures(matching, left.frame, right.frame);
  const combine = combiner(expr);
  return {
    type: 'vector',
    frame: node.frame,
    over(range) {
      const answers = left.over(range);
      const others = right.over(range);
      signatures.update(() => undefined);
      const partners = bySignature(others, signatures.right.values);
      const isPlain = partners !== undefined && bySignature(answers, signatures.left.values) !== undefined;
      let result = new StepRows();
      if (isPlain) {
        for (const [index, row] of answers.rows.entries()) {
          const position = answers.positions[index] ?? 0;
          const partner = partners.get(signatures.left.values[position] ?? 0);
          if (partner === undefined) pool.give(row);
          else {
            combine(row, partner);
            result.keep(position, row, pool);
          }
        }
      } else {
        leftColumns.load(range, answers);
        rightColumns.load(range, others);
        result = collectSteps(node, range, plan);
        answers.release(pool);
      }
      others.release(pool);
      return result;
    },
  };
}

/** The row of each signature; undefined when two have the same. */
function bySignature({ positions, rows }: StepRows, ids: Int32Array): Map<number, StepRow> | undefined {
  const found = new Map<number, StepRow>();
  for (const [index, row] of rows.entries()) found.set(ids[positions[index] ?? 0] ?? 0, row);
  return found.size < rows.length ? undefined : found;
}

/** Writes what a row and its partner make to the row. */
function combiner(expr: Binary): (row: StepRow, partner: StepRow) => void {
  const operation = pairOperation(expr);
  const flags = new FlagScratch();
  return ({ values, present }, partner) => {
    const { length } = values;
    mask(present, partner.present, true);
    if (operation.kind === 'compute') operation.run(values, partner.values, length, values);
    else applyFilter(operation, values, partner.values, present, length, flags.cleared(length));
  };
}
