import { labelsKey, type Labels } from '../../model/labels.ts';
import { ListFrame } from '../nodes/frames.ts';
import type { Instant, ScalarNode, VectorNode } from '../nodes/node.ts';
import { Row } from '../nodes/row.ts';

/** An element as tests write it: its labels and its value; undefined for a series that is not present. */
export type Element = readonly [labels: Labels, value: number | undefined, dropsName?: boolean];

/** A vector node whose answers a test sets. Series keep their positions and new ones come at the end, as in the real ones. */
export class FakeVector implements VectorNode {
  readonly type = 'vector';
  readonly frame = new ListFrame();
  readonly #row = new Row(this.frame);
  readonly #positions = new Map<string, number>();
  #elements: readonly Element[] = [];

  constructor(elements: readonly Element[] = []) {
    this.set(elements);
  }

  /** What the next evaluations answer. */
  set(elements: readonly Element[]): void {
    this.#elements = elements;
  }

  /** Begins a new epoch: positions are given anew. */
  forget(): void {
    this.frame.clear();
    this.#positions.clear();
  }

  at(): Instant {
    const positions = this.#elements.map(([labels, , dropsName]) => this.#position(labels, dropsName));
    this.#row.begin();
    this.#elements.forEach(([, value], index) => {
      if (value !== undefined) this.#row.set(positions[index] ?? 0, value);
    });
    return this.#row;
  }

  #position(labels: Labels, dropsName = false): number {
    const key = `${dropsName} ${labelsKey(labels)}`;
    let position = this.#positions.get(key);
    if (position === undefined) {
      position = this.frame.push(labels, dropsName);
      this.#positions.set(key, position);
    }
    return position;
  }
}

/** The present elements of an answer: in its order, or else by position. */
export function elementsOf({ frame, values, present, order }: Instant): [Labels, number][] {
  const positions = order ?? Array.from({ length: frame.length }, (_, position) => position);
  return positions
    .filter((position) => present[position] === 1)
    .map((position) => [frame.labels(position), values[position] ?? Number.NaN]);
}

export function scalar(value: number): ScalarNode {
  return { type: 'scalar', at: () => value };
}
