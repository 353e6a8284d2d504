import { compareValues } from '../../kernels/order-statistics.ts';
import { compareLabels } from '../../label-sets.ts';
import type { Instant, VectorNode } from '../node.ts';
import { View } from '../view.ts';
import { compareNatural } from './natural-order.ts';

/** `sort` (sign 1) and `sort_desc` (-1); NaN comes last either way. */
export function sortNode(child: VectorNode, sign: 1 | -1): VectorNode {
  return orderNode(
    child,
    ({ values }) =>
      (a, b) =>
        compareValues(values[a] ?? 0, values[b] ?? 0, sign),
  );
}

/** `sort_by_label` (sign 1) and `sort_by_label_desc` (-1): by the values of some labels, then by all. */
export function sortByLabelNode(child: VectorNode, names: readonly string[], sign: 1 | -1): VectorNode {
  return orderNode(child, ({ frame }) => (a, b) => {
    const [left, right] = [frame.labels(a), frame.labels(b)];
    for (const name of names) {
      const order = compareNatural(left[name] ?? '', right[name] ?? '');
      if (order !== 0) return sign * order;
    }
    return sign * compareLabels(left, right);
  });
}

function orderNode(
  child: VectorNode,
  comparatorOf: (vector: Instant) => (a: number, b: number) => number,
): VectorNode {
  const view = new View(child.frame);
  const order: number[] = [];
  return {
    type: 'vector',
    frame: child.frame,
    at(time) {
      const vector = child.at(time);
      order.length = 0;
      for (let position = 0; position < child.frame.length; position++) {
        if (vector.present[position] === 1) order.push(position);
      }
      order.sort(comparatorOf(vector));
      view.show(vector);
      view.order = order;
      return view;
    },
  };
}
