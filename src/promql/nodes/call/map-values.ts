import type { ValueFunction } from '../../kernels/value-functions.ts';
import { nameless } from '../labels/nameless.ts';
import type { ScalarNode, VectorNode } from '../node.ts';
import type { PlanOptions } from '../plan.ts';
import { Row } from '../row.ts';

/**
 * A function of each value; the result is no longer the metric.
 * @param first further arguments, the same for all series
 */
export function mapValuesNode(
  compute: ValueFunction,
  child: VectorNode,
  { delayedNameRemoval }: PlanOptions,
  first?: ScalarNode,
  second?: ScalarNode,
): VectorNode {
  const renamed = nameless(child.frame, delayedNameRemoval);
  const row = new Row(renamed.frame);
  return {
    type: 'vector',
    frame: renamed.frame,
    at(time) {
      const a = first?.at(time) ?? Number.NaN;
      const b = second?.at(time) ?? Number.NaN;
      const { values, present } = child.at(time);
      row.begin();
      for (let i = 0; i < renamed.frame.length; i++) {
        const result = present[i] === 1 ? compute(values[i] ?? 0, a, b) : undefined;
        if (result !== undefined) row.set(i, result);
      }
      renamed.verify(row.present);
      return row;
    },
  };
}
