import { Failure } from '../../../model/failure.ts';
import type { Labels } from '../../../model/labels.ts';
import { FrameCursor } from '../frames.ts';
import type { ScalarNode, VectorNode } from '../node.ts';
import { IntScratch } from '../scratch.ts';
import { View } from '../view.ts';
import type { Groups } from './groups.ts';
import { hashLabels } from './hash-labels.ts';

/** The number of elements that `topk`, `bottomk` and `limitk` keep. @throws Failure `invalid` for what is no int64 */
export function toLimit(parameter: number): number {
  if (Number.isNaN(parameter)) throw new Failure('invalid', 'Parameter value is NaN');
  if (parameter < 2 ** 63) return Math.trunc(parameter);
  const text = parameter === Number.POSITIVE_INFINITY ? '+Inf' : parameter.toExponential();
  throw new Failure('invalid', `Scalar value ${text} overflows int64`);
}

/** `limitk`: the first elements of each group. */
export function limitkNode(child: VectorNode, groups: Groups, limit: ScalarNode): VectorNode {
  const view = new View(child.frame);
  const sizes = new IntScratch();
  return {
    type: 'vector',
    frame: child.frame,
    at(time) {
      const vector = child.at(time);
      const wanted = toLimit(limit.at(time));
      const groupOf = groups.update();
      const kept = sizes.filled(groups.length, 0);
      view.begin(vector);
      for (let position = 0; position < child.frame.length; position++) {
        const size = kept[groupOf[position] ?? 0] ?? 0;
        if (vector.present[position] !== 1 || size >= wanted) continue;
        kept[groupOf[position] ?? 0] = size + 1;
        view.present[position] = 1;
      }
      return view;
    },
  };
}

/**
 * `limit_ratio`: elements whose labels have a hash in the first share of all hashes, or the last for a ratio below 0.
 * The hash is Prometheus's, so both keep the same series.
 */
export function limitRatioNode(child: VectorNode, ratio: ScalarNode): VectorNode {
  const view = new View(child.frame);
  const offsets = new HashOffsets(child);
  return {
    type: 'vector',
    frame: child.frame,
    at(time) {
      const vector = child.at(time);
      const wanted = ratio.at(time);
      if (Number.isNaN(wanted)) throw new Failure('invalid', 'Ratio value is NaN');
      const share = Math.max(-1, Math.min(1, wanted));
      const hashes = offsets.update();
      view.begin(vector);
      for (let position = 0; position < child.frame.length; position++) {
        const offset = hashes[position] ?? 0;
        const isKept = share >= 0 ? offset < share : offset >= 1 + share;
        if (isKept) view.present[position] = vector.present[position] ?? 0;
      }
      return view;
    },
  };
}

/** Where the hash of each label set lies between 0 and 1. */
class HashOffsets {
  readonly #child: VectorNode;
  readonly #cursor = new FrameCursor();
  #offsets: number[] = [];

  constructor(child: VectorNode) {
    this.#child = child;
  }

  update(): readonly number[] {
    const { frame } = this.#child;
    const from = this.#cursor.advance(frame, () => {
      this.#offsets = [];
    });
    for (let position = from; position < frame.length; position++)
      this.#offsets.push(offsetOf(frame.labels(position)));
    return this.#offsets;
  }
}

function offsetOf(labels: Labels): number {
  return Number(hashLabels(labels)) / 2 ** 64;
}
