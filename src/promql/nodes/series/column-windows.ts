import type { Edges, Window } from '../../../model/selection.ts';
import { isStale } from '../../../model/series.ts';
import { firstAfterNear, type Column } from '../../columns.ts';
import { edgesOf } from '../../kernels/edges-of.ts';

/** A column of samples as they were read. */
export interface ReadColumn extends Column {
  /** As in `Series`. */
  readonly starts?: Float64Array;
  /** Whether there are stale markers among the values. */
  readonly hasStale?: boolean;
  /** As in `Edges`, of the whole column. */
  readonly rises?: boolean;
}

/** Cuts windows out of columns; the arrays are used again for the next one. */
export class ColumnWindows {
  #start = 0;
  #end = 0;
  /** Where the last window of each column began and ended. */
  #froms = new Int32Array(64);
  #tos = new Int32Array(64);
  #timestamps = new Float64Array(64);
  #values = new Float64Array(64);
  readonly #window = { length: 0, timestamps: this.#timestamps, values: this.#values };
  readonly #edges = { count: 0, firstTime: 0, firstValue: 0, lastTime: 0, lastValue: 0, rises: false };

  /** Sets the range `(start, end]`, ms. */
  seek(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
  }

  /** @param position a number of the column's own, by which to remember where its windows were */
  window(column: ReadColumn, position: number): Window | undefined {
    this.#find(column, position);
    const from = this.#froms[position] ?? 0;
    const to = this.#tos[position] ?? 0;
    if (from >= to) return undefined;
    this.#reserve(to - from);
    const window = this.#window;
    window.length =
      column.hasStale === true ? this.#copyLive(column, from, to) : this.#copy(column, from, to);
    if (window.length === 0) return undefined;
    return column.starts === undefined
      ? window
      : { ...window, starts: liveStarts(column, column.starts, from, to) };
  }

  edges(column: ReadColumn, position: number): Edges | undefined {
    if (column.hasStale === true) {
      const window = this.window(column, position);
      return window && edgesOf(window);
    }
    this.#find(column, position);
    const { timestamps, values } = column;
    const from = this.#froms[position] ?? 0;
    const last = (this.#tos[position] ?? 0) - 1;
    if (from > last) return undefined;
    const edges = this.#edges;
    edges.count = last - from + 1;
    edges.firstTime = timestamps[from] ?? 0;
    edges.firstValue = values[from] ?? 0;
    edges.lastTime = timestamps[last] ?? 0;
    edges.lastValue = values[last] ?? 0;
    edges.rises = column.rises === true;
    return edges;
  }

  #find({ timestamps, length }: Column, position: number): void {
    if (position >= this.#froms.length) {
      this.#froms = grown(this.#froms, position);
      this.#tos = grown(this.#tos, position);
    }
    this.#froms[position] = firstAfterNear(timestamps, this.#start, length, this.#froms[position] ?? 0);
    this.#tos[position] = firstAfterNear(timestamps, this.#end, length, this.#tos[position] ?? 0);
  }

  #reserve(length: number): void {
    if (this.#values.length >= length) return;
    this.#timestamps = this.#window.timestamps = new Float64Array(length * 2);
    this.#values = this.#window.values = new Float64Array(length * 2);
  }

  #copy({ timestamps, values }: Column, from: number, to: number): number {
    const [times, copied] = [this.#timestamps, this.#values];
    for (let i = from; i < to; i++) {
      times[i - from] = timestamps[i] ?? 0;
      copied[i - from] = values[i] ?? 0;
    }
    return to - from;
  }

  #copyLive({ timestamps, values }: Column, from: number, to: number): number {
    let length = 0;
    for (let i = from; i < to; i++) {
      if (isStale(values, i)) continue;
      this.#timestamps[length] = timestamps[i] ?? 0;
      this.#values[length++] = values[i] ?? 0;
    }
    return length;
  }
}

function liveStarts({ values }: Column, starts: Float64Array, from: number, to: number): Float64Array {
  return starts.subarray(from, to).filter((_start, i) => !isStale(values, from + i));
}

function grown(array: Int32Array<ArrayBuffer>, position: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array((position + 1) * 2);
  larger.set(array);
  return larger;
}
