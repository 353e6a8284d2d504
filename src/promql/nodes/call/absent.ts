import type { Labels } from '../../../model/labels.ts';
import { ListFrame } from '../frames.ts';
import type { RangeNode, VectorNode } from '../node.ts';
import { Row } from '../row.ts';
import { hasElements } from '../view.ts';

/** `absent`. @param pinned the labels that the result has */
export function absentNode(child: VectorNode, pinned: Labels): VectorNode {
  return absence(pinned, (time) => !hasElements(child.at(time)));
}

/** `absent_over_time`. @param pinned the labels that the result has */
export function absentOverTimeNode(child: RangeNode, pinned: Labels): VectorNode {
  return absence(pinned, (time) => {
    child.seek(time);
    for (let position = 0; position < child.frame.length; position++) {
      if (child.edges(position) !== undefined) return false;
    }
    return true;
  });
}

function absence(pinned: Labels, isAbsent: (time: number) => boolean): VectorNode {
  const frame = new ListFrame();
  frame.push(pinned);
  const row = new Row(frame);
  return {
    type: 'vector',
    frame,
    at(time) {
      const absent = isAbsent(time);
      row.begin();
      if (absent) row.set(0, 1);
      return row;
    },
  };
}
