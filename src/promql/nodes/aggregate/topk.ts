import type { ScalarNode, VectorNode } from '../node.ts';
import { View } from '../view.ts';
import { GroupMembers } from './group-members.ts';
import type { Groups } from './groups.ts';
import { toLimit } from './limit.ts';

/** `topk` (sign -1) and `bottomk` (1): the elements themselves, best first within each group; NaN comes last. */
export function topkNode(child: VectorNode, groups: Groups, limit: ScalarNode, sign: 1 | -1): VectorNode {
  const view = new View(child.frame);
  const members = new GroupMembers();
  const order: number[] = [];
  return {
    type: 'vector',
    frame: child.frame,
    at(time) {
      const vector = child.at(time);
      const wanted = toLimit(limit.at(time));
      view.begin(vector);
      order.length = 0;
      view.order = order;
      if (wanted < 1) return view;
      members.gather(groups.update(), vector, groups.length);
      const { positions, offsets } = members;
      for (let group = 0; group < groups.length; group++) {
        const start = offsets[group] ?? 0;
        const kept = keepBest(positions, start, offsets[group + 1] ?? 0, wanted, vector.values, sign);
        for (let index = start; index < kept; index++) {
          const position = positions[index] ?? 0;
          view.present[position] = 1;
          order.push(position);
        }
      }
      return view;
    },
  };
}

/** Moves the best of `positions[start, end)` to the front, best first. Returns where they end. */
function keepBest(
  positions: Int32Array,
  start: number,
  end: number,
  limit: number,
  values: Float64Array,
  sign: 1 | -1,
): number {
  const kept = Math.min(end, start + limit);
  // A heap with the worst of the kept on top: most of the others are turned away by one comparison.
  for (let index = start + 1; index < kept; index++) rise(positions, start, index, values, sign);
  for (let index = kept; index < end; index++) {
    if (!isWorse(positions[start] ?? 0, positions[index] ?? 0, values, sign)) continue;
    positions[start] = positions[index] ?? 0;
    sink(positions, start, kept, values, sign);
  }
  for (let last = kept - 1; last > start; last--) {
    const worst = positions[start] ?? 0;
    positions[start] = positions[last] ?? 0;
    positions[last] = worst;
    sink(positions, start, last, values, sign);
  }
  return kept;
}

function rise(heap: Int32Array, start: number, from: number, values: Float64Array, sign: 1 | -1): void {
  const position = heap[from] ?? 0;
  let at = from;
  while (at > start) {
    const parent = start + ((at - start - 1) >> 1);
    if (!isWorse(position, heap[parent] ?? 0, values, sign)) break;
    heap[at] = heap[parent] ?? 0;
    at = parent;
  }
  heap[at] = position;
}

function sink(heap: Int32Array, start: number, end: number, values: Float64Array, sign: 1 | -1): void {
  const position = heap[start] ?? 0;
  let at = start;
  for (;;) {
    let child = start + 2 * (at - start) + 1;
    if (child >= end) break;
    if (child + 1 < end && isWorse(heap[child + 1] ?? 0, heap[child] ?? 0, values, sign)) child++;
    if (!isWorse(heap[child] ?? 0, position, values, sign)) break;
    heap[at] = heap[child] ?? 0;
    at = child;
  }
  heap[at] = position;
}

/** Of equal values the earlier one is better. */
function isWorse(a: number, b: number, values: Float64Array, sign: 1 | -1): boolean {
  const x = (values[a] ?? 0) * sign;
  const y = (values[b] ?? 0) * sign;
  if (x > y) return true;
  if (x < y) return false;
  if (x === y) return a > b;
  // NaN is worse than any number.
  if (x === x) return false;
  return y === y || a > b;
}
