import type { Labels } from '../../model/labels.ts';
import type { Edges, Selection, Window } from '../../model/selection.ts';
import { isStale } from '../../model/series.ts';
import { firstAfter, type Column } from '../columns.ts';
import { ColumnWindows, type ReadColumn } from './column-windows.ts';

/** Series that were read: nothing is born and nothing forgotten by itself. */
export class StaticSelection implements Selection {
  epoch = 0;
  #columns: readonly ReadColumn[];
  readonly #windows = new ColumnWindows();

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
    for (const [position, column] of this.#columns.entries()) {
      const index = currentIndex(column, time, lookbackMs);
      present[position] = index < 0 ? 0 : 1;
      if (index < 0) continue;
      values[position] = column.values[index] ?? 0;
      if (timestamps !== undefined) timestamps[position] = column.timestamps[index] ?? 0;
    }
  }

  seek(start: number, end: number): void {
    this.#windows.seek(start, end);
  }

  window(position: number): Window | undefined {
    const column = this.#columns[position];
    return column === undefined ? undefined : this.#windows.window(column);
  }

  edges(position: number): Edges | undefined {
    const column = this.#columns[position];
    return column === undefined ? undefined : this.#windows.edges(column);
  }
}

/** The newest sample in the left-open lookback before `time`; -1 when there is none or the series has ended. */
function currentIndex({ timestamps, values, length }: Column, time: number, lookbackMs: number): number {
  const index = firstAfter(timestamps, time, length) - 1;
  if (index < 0 || (timestamps[index] ?? 0) <= time - lookbackMs) return -1;
  return isStale(values, index) ? -1 : index;
}
