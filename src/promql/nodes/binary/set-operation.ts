import type { SetOperator } from '../../operators.ts';
import type { VectorMatching } from '../../tree.ts';
import type { Instant, VectorNode } from '../node.ts';
import { Row } from '../row.ts';
import { FlagScratch } from '../scratch.ts';
import { View } from '../view.ts';
import { MatchSignatures } from './match-signatures.ts';
import { UnionFrame } from './union-frame.ts';

/** `and`, `or`, `unless`: elements are kept as they are, by whether the other side has their signature. */
export function setNode(
  operator: SetOperator,
  matching: VectorMatching,
  left: VectorNode,
  right: VectorNode,
): VectorNode {
  const signatures = new MatchSignatures(matching, left.frame, right.frame);
  return operator === 'or'
    ? unionNode(signatures, left, right)
    : selectionNode(signatures, left, right, operator === 'and' ? 1 : 0);
}

/** @param wanted 1: elements that the other side has, 0: those that it has not */
function selectionNode(
  signatures: MatchSignatures,
  left: VectorNode,
  right: VectorNode,
  wanted: 0 | 1,
): VectorNode {
  const view = new View(left.frame);
  const found = new FlagScratch();
  return {
    type: 'vector',
    frame: left.frame,
    at(time) {
      const vector = left.at(time);
      const other = right.at(time);
      signatures.update(() => undefined);
      const others = found.cleared(signatures.size);
      markSignatures(signatures.right.values, other, others);
      view.begin(vector);
      const { values: ids } = signatures.left;
      for (let position = 0; position < left.frame.length; position++) {
        if (others[ids[position] ?? 0] === wanted) view.present[position] = vector.present[position] ?? 0;
      }
      return view;
    },
  };
}

function unionNode(signatures: MatchSignatures, left: VectorNode, right: VectorNode): VectorNode {
  const frame = new UnionFrame(left.frame, right.frame);
  const row = new Row(frame);
  const found = new FlagScratch();
  const none = new Uint8Array(0);
  return {
    type: 'vector',
    frame,
    at(time) {
      const vector = left.at(time);
      const other = right.at(time);
      signatures.update(() => frame.clear());
      frame.extend();
      row.begin();
      const taken = found.cleared(signatures.size);
      markSignatures(signatures.left.values, vector, taken);
      copyElements(vector, frame.left.values, signatures.left.values, none, row);
      copyElements(other, frame.right.values, signatures.right.values, taken, row);
      return row;
    },
  };
}

function markSignatures(ids: Int32Array, { frame, present }: Instant, out: Uint8Array): void {
  for (let position = 0; position < frame.length; position++) {
    if (present[position] === 1) out[ids[position] ?? 0] = 1;
  }
}

/** Copies the elements whose signature is not taken. */
function copyElements(
  source: Instant,
  places: Int32Array,
  ids: Int32Array,
  taken: Uint8Array,
  out: Row,
): void {
  const { frame, values, present } = source;
  for (let position = 0; position < frame.length; position++) {
    if (present[position] !== 1 || taken[ids[position] ?? 0] === 1) continue;
    out.set(places[position] ?? 0, values[position] ?? 0);
  }
}
