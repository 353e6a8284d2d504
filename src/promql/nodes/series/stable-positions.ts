import { keyOf } from '../../label-sets.ts';
import type { ReadColumn } from './column-windows.ts';

const NONE = new Float64Array(0);
/** Positions are not made anew for less. */
const FEWEST = 64;

/** Gives series that are read again the positions they had before. */
export class StablePositions {
  epoch = 0;
  #positions = new Map<string, number>();
  #columns: ReadColumn[] = [];

  /** The columns by position; those of series that were not read again are empty. */
  align(read: readonly ReadColumn[]): readonly ReadColumn[] {
    if (this.#columns.length > FEWEST && read.length * 2 < this.#columns.length) this.#forget();
    for (let i = 0; i < this.#columns.length; i++) this.#columns[i] = emptied(this.#columns[i]);
    for (const column of read) {
      const key = keyOf(column.labels);
      const position = this.#positions.get(key) ?? this.#positions.size;
      this.#positions.set(key, position);
      this.#columns[position] = column;
    }
    return this.#columns;
  }

  #forget(): void {
    this.epoch++;
    this.#positions = new Map();
    this.#columns = [];
  }
}

function emptied(column: ReadColumn | undefined): ReadColumn {
  return { labels: column?.labels ?? {}, timestamps: NONE, values: NONE, length: 0 };
}
