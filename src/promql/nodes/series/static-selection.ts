import type { Labels } from '../../../model/labels.ts';
import type { Edges, Selection, Window } from '../../../model/selection.ts';
import { isStale } from '../../../model/series.ts';
import { firstAfterNear, type Column } from '../../columns.ts';
import { ColumnWindows, type ReadColumn } from './column-windows.ts';

/** Series that were read: nothing is born and nothing forgotten by itself. */
export class StaticSelection implements Selection {
  epoch = 0;
  #columns: readonly ReadColumn[];
  readonly #windows = new ColumnWindows();
  /** Of each series, the sample after the one that was the newest last. */
  #nexts = new Int32Array(0);

  constructor(columns: readonly ReadColumn[]) {
    this.#columns = columns;
  }

  /** Takes what was read anew. @param epoch as before when all positions are what they were */
  replace(columns: readonly ReadColumn[], epoch: number): void {
    this.#columns = columns;
    this.epoch = epoch;
  }

  get length(): number {
    return this.#columns.length;
  }

  labels(position: number): Labels {
    return this.#columns[position]?.labels ?? {};
  }

  refresh(): void {}

  instant(
    time: number,
    lookbackMs: number,
    values: Float64Array,
    present: Uint8Array,
    timestamps?: Float64Array,
  ): void {
    if (this.#nexts.length < this.length) this.#nexts = new Int32Array(this.length);
    for (const [position, column] of this.#columns.entries()) {
      const next = firstAfterNear(column.timestamps, time, column.length, this.#nexts[position] ?? 0);
      this.#nexts[position] = next;
      const index = next - 1;
      const isHere = isCurrent(column, index, time - lookbackMs);
      present[position] = isHere ? 1 : 0;
      if (!isHere) continue;
      values[position] = column.values[index] ?? 0;
      if (timestamps !== undefined) timestamps[position] = column.timestamps[index] ?? 0;
    }
  }

  seek(start: number, end: number): void {
    this.#windows.seek(start, end);
  }

  window(position: number): Window | undefined {
    const column = this.#columns[position];
    return column === undefined ? undefined : this.#windows.window(column, position);
  }

  edges(position: number): Edges | undefined {
    const column = this.#columns[position];
    return column === undefined ? undefined : this.#windows.edges(column, position);
  }
}

/** Whether a sample is younger than `after` and no stale marker. */
function isCurrent({ timestamps, values }: Column, index: number, after: number): boolean {
  return index >= 0 && (timestamps[index] ?? 0) > after && !isStale(values, index);
}
