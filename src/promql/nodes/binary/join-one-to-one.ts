import type { Labels } from '../../../model/labels.ts';
import type { VectorMatching } from '../../tree.ts';
import { MappedFrame } from '../frames.ts';
import type { Instant, VectorNode } from '../node.ts';
import { Row } from '../row.ts';
import { FlagScratch, FloatScratch } from '../scratch.ts';
import { hasElements, View } from '../view.ts';
import { matchPart, MatchSignatures } from './match-signatures.ts';
import { applyFilter, type Computation, type Filter, type PairOperation } from './pair-operation.ts';
import { multipleMatches, Partners } from './partners.ts';

/** What a join does with its pairs. */
export interface Join {
  readonly operation: PairOperation;
  readonly matching: VectorMatching;
  /** The labels of a result. */
  readonly labelsOf: (many: Labels, one: Labels) => Labels;
  /** Whether the names of the results go at the end. */
  readonly dropsName: boolean;
}

/** Pairs of elements that are alone with their signature on either side. A result has its left element's position. */
export function joinOneToOneNode(join: Join, left: VectorNode, right: VectorNode): VectorNode {
  const frame = new MappedFrame(left.frame, (labels) => join.labelsOf(labels, NO_LABELS), join.dropsName);
  const align = aligner(join.matching, left, right);
  const { operation } = join;
  return operation.kind === 'filter'
    ? filterNode(operation, left, right, new View(frame), align)
    : computeNode(operation, left, right, new Row(frame), align);
}

const NO_LABELS: Labels = {};

/**
 * Marks the left elements that have a partner, and returns the partners' values by left position.
 * @param present all 0
 */
type Align = (vector: Instant, other: Instant, present: Uint8Array) => Float64Array;

function filterNode(
  filter: Filter,
  left: VectorNode,
  right: VectorNode,
  view: View,
  align: Align,
): VectorNode {
  const flags = new FlagScratch();
  return {
    type: 'vector',
    frame: view.frame,
    at(time) {
      const vector = left.at(time);
      const others = right.at(time);
      const { length } = vector.frame;
      view.begin(vector);
      const partners = align(vector, others, view.present);
      applyFilter(filter, vector.values, partners, view.present, length, flags.cleared(length));
      return view;
    },
  };
}

function computeNode(
  operation: Computation,
  left: VectorNode,
  right: VectorNode,
  row: Row,
  align: Align,
): VectorNode {
  return {
    type: 'vector',
    frame: row.frame,
    at(time) {
      const vector = left.at(time);
      const others = right.at(time);
      row.begin();
      row.order = vector.order;
      const partners = align(vector, others, row.present);
      operation.run(vector.values, partners, vector.frame.length, row.values);
      return row;
    },
  };
}

function aligner(matching: VectorMatching, left: VectorNode, right: VectorNode): Align {
  const signatures = new MatchSignatures(matching, left.frame, right.frame);
  const partners = new Partners('right', matchPart(matching).of);
  const taken = new FlagScratch();
  const scratch = new FloatScratch();
  return (vector, other, present) => {
    const { length } = vector.frame;
    const values = scratch.take(length);
    // Without elements on both sides Prometheus does not look for ambiguous ones.
    if (!hasElements(vector) || !hasElements(other)) return values;
    signatures.update(() => undefined);
    const slots = partners.index(other, signatures.right.values, signatures.size);
    const claimed = taken.cleared(signatures.size);
    const { values: ids } = signatures.left;
    for (let position = 0; position < length; position++) {
      const id = ids[position] ?? 0;
      const partner = slots[id] ?? -1;
      if (vector.present[position] !== 1 || partner < 0) continue;
      // A second partner is a mistake in the expression also while a comparison filters it out.
      if (claimed[id] === 1) throw multipleMatches(true);
      claimed[id] = 1;
      present[position] = 1;
      values[position] = other.values[partner] ?? 0;
    }
    return values;
  };
}
