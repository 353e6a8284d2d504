import { Groups } from '../nodes/aggregate/groups.ts';
import type { Aggregate } from '../tree.ts';
import { demandForMembers } from './demand.ts';
import { reducerOf, type Reducer, type ReducingOperator } from './reducers.ts';
import type { StepPlan, VectorSteps } from './step-node.ts';
import type { StepRow } from './step-row.ts';
import { StepRows } from './step-rows.ts';

/** An aggregation that makes one row of each group. */
export function reducingSteps(
  aggregate: Aggregate,
  operator: ReducingOperator,
  child: VectorSteps,
  { pool }: StepPlan,
): VectorSteps {
  const groups = new Groups(child.frame, aggregate);
  const reducer = reducerOf(operator);
  return {
    type: 'vector',
    frame: groups,
    over(range, demand) {
      const answers = child.over(range, demandForMembers(demand, aggregate));
      const result = new StepRows();
      for (const [group, rows] of membersOf(answers, groups.update())) {
        const [first] = rows;
        if (first === undefined) continue;
        if (rows.length === 1) reducer.alone(first);
        else reduce(reducer, rows, first);
        result.push(group, first);
        for (const row of rows) if (row !== first) pool.give(row);
      }
      return result.ordered(pool);
    },
  };
}

/** The rows of each group, in the order of their positions: sums depend on it. */
function membersOf({ positions, rows }: StepRows, groupOf: Int32Array): Map<number, StepRow[]> {
  const members = new Map<number, StepRow[]>();
  for (const [index, row] of rows.entries()) {
    const group = groupOf[positions[index] ?? 0] ?? 0;
    const known = members.get(group);
    if (known === undefined) members.set(group, [row]);
    else known.push(row);
  }
  return members;
}

/** Writes to the first row what all of them make. */
function reduce(reducer: Reducer, rows: readonly StepRow[], target: StepRow): void {
  reducer.begin(target.values.length);
  for (const row of rows) reducer.add(row);
  reducer.finish(target, rows);
}
