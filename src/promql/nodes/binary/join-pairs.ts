import { duplicateLabels } from '../../duplicate-labels.ts';
import type { VectorNode } from '../node.ts';
import { Row } from '../row.ts';
import { FlagScratch, FloatScratch } from '../scratch.ts';
import type { Join } from './join-one-to-one.ts';
import { PairFinder } from './pair-finder.ts';
import type { PairOperation } from './pair-operation.ts';

/** Pairs by `group_left` and `group_right`, and those in which `fill` stands for a missing side. */
export function joinPairsNode(join: Join, left: VectorNode, right: VectorNode): VectorNode {
  const isSwapped = join.matching.cardinality === 'one-to-many';
  const pairs = new PairFinder(join, isSwapped ? { many: right, one: left } : { many: left, one: right });
  const row = new Row(pairs.frame);
  const finish = finisher(join.operation);
  return {
    type: 'vector',
    frame: pairs.frame,
    at(time) {
      const [first, second] = [left.at(time), right.at(time)];
      pairs.find(isSwapped ? { many: second, one: first } : { many: first, one: second });
      row.begin();
      if (isSwapped) finish(pairs, pairs.one, pairs.many, row);
      else finish(pairs, pairs.many, pairs.one, row);
      return row;
    },
  };
}

type Finish = (pairs: PairFinder, left: Float64Array, right: Float64Array, out: Row) => void;

/** Computes the results of pairs and brings them to their positions. */
function finisher(operation: PairOperation): Finish {
  const flags = new FlagScratch();
  const scratch = new FloatScratch();
  return ({ length, results }, left, right, out) => {
    const kept = flags.cleared(length);
    let values = left;
    if (operation.kind === 'filter') operation.holds(left, right, length, kept);
    else {
      values = scratch.take(length);
      operation.run(left, right, length, values);
      kept.fill(1, 0, length);
    }
    for (let index = 0; index < length; index++) {
      if (kept[index] === 1) place(out, results[index] ?? 0, values[index] ?? 0);
    }
  };
}

function place(out: Row, position: number, value: number): void {
  if (out.present[position] === 1) throw duplicateLabels();
  out.set(position, value);
}
