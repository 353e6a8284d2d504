import type { ScalarNode, VectorNode } from '../node.ts';

/** `scalar`: the value of the only element, NaN when there is none or more than one. */
export function scalarOf(child: VectorNode): ScalarNode {
  return {
    type: 'scalar',
    at(time) {
      const { frame, values, present } = child.at(time);
      const position = present.indexOf(1);
      if (position < 0 || position >= frame.length) return Number.NaN;
      const next = present.indexOf(1, position + 1);
      return next < 0 || next >= frame.length ? (values[position] ?? Number.NaN) : Number.NaN;
    },
  };
}
