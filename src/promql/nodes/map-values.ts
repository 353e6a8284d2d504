import type { ValueFunction } from '../functions/value-functions.ts';
import { nameless } from './nameless.ts';
import type { ScalarNode, VectorNode } from './node.ts';
import type { QueryContext } from './query-context.ts';
import { Row } from './row.ts';

/**
 * A function of each value; the result is no longer the metric.
 * @param first further arguments, the same for all series
 */
export function mapValuesNode(
  compute: ValueFunction,
  child: VectorNode,
  { delayedNameRemoval }: Pick<QueryContext, 'delayedNameRemoval'>,
  first?: ScalarNode,
  second?: ScalarNode,
): VectorNode {
  const result = nameless(child.frame, delayedNameRemoval);
  const row = new Row(result.frame);
  return {
    type: 'vector',
    frame: result.frame,
    at(time) {
      const a = first?.at(time) ?? Number.NaN;
      const b = second?.at(time) ?? Number.NaN;
      const { values, present } = child.at(time);
      row.begin();
      for (let i = 0; i < result.frame.length; i++) {
        if (present[i] === 1) row.set(i, compute(values[i] ?? 0, a, b));
      }
      result.verify(row.present);
      return row;
    },
  };
}
