import type { Labels } from '../../model/labels.ts';
import { keyOf } from '../label-sets.ts';
import type { Vector } from '../value.ts';
import { GrowingColumn } from '../columns.ts';

/** Gathers the vectors of rising times into series: the results of a range query or of a subquery. */
export class StepColumns {
  readonly #columns = new Map<string, GrowingColumn>();

  columns(): Iterable<GrowingColumn> {
    return this.#columns.values();
  }

  /** @throws Failure `invalid` when the vector holds a label set twice */
  add(time: number, vector: Vector): void {
    vector.labels.forEach((labels, index) => {
      this.#columnOf(labels).append(time, vector.values[index] ?? Number.NaN);
    });
  }

  #columnOf(labels: Labels): GrowingColumn {
    const key = keyOf(labels);
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = new GrowingColumn(labels);
      this.#columns.set(key, column);
    }
    return column;
  }
}
