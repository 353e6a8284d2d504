import type { Binary } from '../../tree.ts';
import { nameless } from '../labels/nameless.ts';
import type { Instant, ScalarNode, VectorNode } from '../node.ts';
import type { PlanOptions } from '../plan.ts';
import { Row } from '../row.ts';
import { FlagScratch, FloatScratch } from '../scratch.ts';
import { View } from '../view.ts';
import { applyFilter, pairOperation, type Computation, type Filter } from './pair-operation.ts';

/**
 * An operator between every element of a vector and one scalar.
 * @param side on which the vector stands
 */
export function vectorScalarNode(
  expr: Binary,
  child: VectorNode,
  scalar: ScalarNode,
  side: 'left' | 'right',
  options: PlanOptions,
): VectorNode {
  const operation = pairOperation(expr);
  return operation.kind === 'filter'
    ? filterNode(operation, child, scalar, side)
    : computeNode(operation, child, scalar, side, options);
}

/** A filter keeps the vector's own values, on whichever side it stands. */
function filterNode(
  filter: Filter,
  child: VectorNode,
  scalar: ScalarNode,
  side: 'left' | 'right',
): VectorNode {
  const view = new View(child.frame);
  const constant = new Constant();
  const flags = new FlagScratch();
  return {
    type: 'vector',
    frame: child.frame,
    at(time) {
      const vector = child.at(time);
      const { length } = child.frame;
      const others = constant.column(scalar.at(time), length);
      const [left, right] = side === 'left' ? [vector.values, others] : [others, vector.values];
      view.begin(vector);
      copyFlags(vector, view.present, length);
      applyFilter(filter, left, right, view.present, length, flags.cleared(length));
      return view;
    },
  };
}

function computeNode(
  operation: Computation,
  child: VectorNode,
  scalar: ScalarNode,
  side: 'left' | 'right',
  { delayedNameRemoval }: PlanOptions,
): VectorNode {
  const { frame, verify } = nameless(child.frame, delayedNameRemoval);
  const row = new Row(frame);
  const constant = new Constant();
  return {
    type: 'vector',
    frame,
    at(time) {
      const vector = child.at(time);
      const { length } = frame;
      const others = constant.column(scalar.at(time), length);
      const [left, right] = side === 'left' ? [vector.values, others] : [others, vector.values];
      row.begin();
      row.order = vector.order;
      operation.run(left, right, length, row.values);
      copyFlags(vector, row.present, length);
      verify(row.present);
      return row;
    },
  };
}

/** A column of one value, written again only when the value is another one or the column is too short. */
class Constant {
  readonly #scratch = new FloatScratch();
  #value = Number.NaN;
  #length = 0;

  column(value: number, length: number): Float64Array {
    const column = this.#scratch.take(length);
    if (!Object.is(value, this.#value) || length > this.#length) {
      column.fill(value);
      this.#value = value;
      this.#length = column.length;
    }
    return column;
  }
}

function copyFlags({ present }: Instant, out: Uint8Array, length: number): void {
  for (let position = 0; position < length; position++) out[position] = present[position] ?? 0;
}
