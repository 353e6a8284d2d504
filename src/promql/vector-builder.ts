import { Failure } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import { keyOf } from './label-sets.ts';
import type { Vector } from './value.ts';

export const EMPTY_VECTOR: Vector = { type: 'vector', labels: [], values: new Float64Array(0) };

/** Collects an instant vector. */
export class VectorBuilder {
  readonly #labels: Labels[] = [];
  readonly #values: number[] = [];

  add(labels: Labels, value: number): void {
    this.#labels.push(labels);
    this.#values.push(value);
  }

  build(): Vector {
    return { type: 'vector', labels: this.#labels, values: new Float64Array(this.#values) };
  }

  /** @throws Failure `invalid` when two elements have the same labels */
  buildDistinct(): Vector {
    const seen = new Set<string>();
    for (const labels of this.#labels) seen.add(keyOf(labels));
    if (seen.size !== this.#labels.length) throw duplicateLabels();
    return this.build();
  }
}

/** The elements of `vector` at `indexes`, in that order. */
export function pickElements(vector: Vector, indexes: readonly number[]): Vector {
  const builder = new VectorBuilder();
  for (const index of indexes) builder.add(vector.labels[index] ?? {}, vector.values[index] ?? Number.NaN);
  return builder.build();
}

export function duplicateLabels(): Failure {
  return new Failure('invalid', 'vector cannot contain metrics with the same labelset');
}
