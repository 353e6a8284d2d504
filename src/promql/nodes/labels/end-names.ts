import { duplicateLabels } from '../../duplicate-labels.ts';
import { keyOf, withoutName } from '../../label-sets.ts';
import { ListFrame } from '../frames.ts';
import type { VectorNode } from '../node.ts';
import { Row } from '../row.ts';

/**
 * Delayed name removal: drops the names that were kept for the length of the evaluation. Whether a position drops its
 * name may change from one evaluation to the next, so nothing is kept.
 */
export function endNamesNode(child: VectorNode): VectorNode {
  const frame = new ListFrame();
  const row = new Row(frame);
  return {
    type: 'vector',
    frame,
    at(time) {
      const { frame: source, values, present, order } = child.at(time);
      const positions = order ?? Array.from({ length: source.length }, (_, position) => position);
      const kept = positions.filter((position) => present[position] === 1);
      frame.clear();
      const keys = new Set<string>();
      for (const position of kept) {
        const labels = source.labels(position);
        const final = source.dropsName(position) ? withoutName(labels) : labels;
        frame.push(final);
        keys.add(keyOf(final));
      }
      if (keys.size < kept.length) throw duplicateLabels();
      row.begin();
      for (const [i, position] of kept.entries()) row.set(i, values[position] ?? 0);
      row.order = order && kept.map((_, i) => i);
      return row;
    },
  };
}
