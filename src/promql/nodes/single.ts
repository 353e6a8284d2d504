import { ListFrame } from './frames.ts';
import type { ScalarNode, VectorNode } from './node.ts';
import { Row } from './row.ts';

/** A scalar as a vector of one element without labels. */
export function singleNode(scalar: ScalarNode): VectorNode {
  const frame = new ListFrame();
  frame.push({});
  const row = new Row(frame);
  return {
    type: 'vector',
    frame,
    at(time) {
      const value = scalar.at(time);
      row.begin();
      row.set(0, value);
      return row;
    },
  };
}
