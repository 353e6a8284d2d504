import { selectQuantile } from '../../kernels/quickselect.ts';
import type { Aggregate } from '../../tree.ts';
import type { ScalarNode, TextNode, VectorNode } from '../node.ts';
import type { PlanOptions } from '../plan.ts';
import { Row } from '../row.ts';
import { FloatScratch } from '../scratch.ts';
import { countValuesNode } from './count-values.ts';
import { GroupMembers } from './group-members.ts';
import { Groups } from './groups.ts';
import { limitkNode, limitRatioNode } from './limit.ts';
import { averaging, deviation, variance } from './mean-and-variance.ts';
import { count, maximum, minimum, ones, summing, type Reduction } from './reductions.ts';
import { topkNode } from './topk.ts';

/**
 * An aggregation: one element for each group, or some of the operand's own (`topk`, `limitk` and the like).
 * @param parameter of the aggregations that take one, as the parser has checked
 * @throws Failure `invalid` for a label of `count_values` that is none
 */
export function aggregateNode(
  aggregate: Aggregate,
  child: VectorNode,
  parameter: ScalarNode | TextNode | undefined,
  options: PlanOptions,
): VectorNode {
  const groups = new Groups(child.frame, aggregate);
  const scalar: ScalarNode =
    parameter?.type === 'scalar' ? parameter : { type: 'scalar', at: () => Number.NaN };
  switch (aggregate.operator) {
    case 'topk':
      return topkNode(child, groups, scalar, -1);
    case 'bottomk':
      return topkNode(child, groups, scalar, 1);
    case 'limitk':
      return limitkNode(child, groups, scalar);
    case 'limit_ratio':
      return limitRatioNode(child, scalar);
    case 'count_values':
      return countValuesNode(child, aggregate, parameter?.type === 'string' ? parameter.value : '');
    case 'quantile':
      return reduceNode(child, groups, quantiles(scalar), options);
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'count':
    case 'group':
    case 'stddev':
    case 'stdvar': {
      const reduction = REDUCTIONS[aggregate.operator]();
      return reduceNode(child, groups, () => reduction, options);
    }
  }
}

const REDUCTIONS = {
  sum: summing,
  avg: averaging,
  min: () => minimum,
  max: () => maximum,
  count: () => count,
  group: () => ones,
  stddev: deviation,
  stdvar: variance,
} satisfies Record<string, () => Reduction>;

function reduceNode(
  child: VectorNode,
  groups: Groups,
  reductionAt: (time: number) => Reduction,
  { delayedNameRemoval }: PlanOptions,
): VectorNode {
  const row = new Row(groups);
  return {
    type: 'vector',
    frame: groups,
    at(time) {
      const vector = child.at(time);
      const groupOf = groups.update();
      if (delayedNameRemoval) groups.noteDroppedNames(vector.present);
      row.begin();
      row.values.fill(0, 0, groups.length);
      reductionAt(time)(groupOf, vector, row);
      return row;
    },
  };
}

function quantiles(phi: ScalarNode): (time: number) => Reduction {
  const members = new GroupMembers();
  const scratch = new FloatScratch();
  let wanted = Number.NaN;
  const reduction: Reduction = (groupOf, vector, out) => {
    const groups = out.frame.length;
    members.gather(groupOf, vector, groups);
    const { positions, offsets } = members;
    const total = offsets[groups] ?? 0;
    const values = scratch.take(total);
    for (let index = 0; index < total; index++) values[index] = vector.values[positions[index] ?? 0] ?? 0;
    for (let group = 0; group < groups; group++) {
      const start = offsets[group] ?? 0;
      const end = offsets[group + 1] ?? 0;
      if (start < end) out.set(group, selectQuantile(wanted, values, start, end));
    }
  };
  return (time) => {
    wanted = phi.at(time);
    return reduction;
  };
}
