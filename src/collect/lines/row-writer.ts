import type { ColumnBatch, Table } from '../../model/column-batch.ts';
import type { Dataset } from '../../model/dataset.ts';

/**
 * Appends rows of one dataset cell by cell, without a lookup by name for each: columns are meant by their index in the
 * names it was made with. One that the dataset does not declare takes nothing.
 */
export class RowWriter {
  readonly #dataset: Dataset;
  readonly #symbolNames: readonly string[];
  readonly #numberNames: readonly string[];
  #symbols: Int32Array[] = [];
  #numbers: Float64Array[] = [];
  #table: Table | undefined;
  #capacity = 0;
  #row = 0;

  /** @param symbolNames dimensions, keyword and text fields @param numberNames numeric, boolean and date fields */
  constructor(dataset: Dataset, symbolNames: readonly string[], numberNames: readonly string[] = []) {
    this.#dataset = dataset;
    this.#symbolNames = symbolNames;
    this.#numberNames = numberNames;
  }

  /** Names the batch that rows go to. */
  begin(out: ColumnBatch): void {
    this.#table = out.table(this.#dataset);
    this.#take(this.#table);
  }

  /** Begins a row: see `Table.append`. */
  append(time: number, offset: number): void {
    const table = this.#table;
    if (table === undefined) return;
    this.#row = table.append(time, offset);
    if (table.times.length !== this.#capacity) this.#take(table);
  }

  /** Sets a cell of the row that was begun last. */
  symbol(column: number, symbol: number): void {
    const values = this.#symbols[column];
    if (values !== undefined) values[this.#row] = symbol;
  }

  number(column: number, value: number): void {
    const values = this.#numbers[column];
    if (values !== undefined) values[this.#row] = value;
  }

  /** Gives the row that was begun last an id of its own. */
  id(symbol: number): void {
    if (this.#table !== undefined) this.#table.ids[this.#row] = symbol;
  }

  /** The arrays are others after they grew. */
  #take(table: Table): void {
    this.#capacity = table.times.length;
    const { dimensions, texts, numbers } = table;
    this.#symbols = this.#symbolNames.map(
      (name) => dimensions.get(name) ?? texts.get(name) ?? new Int32Array(),
    );
    this.#numbers = this.#numberNames.map((name) => numbers.get(name) ?? new Float64Array());
  }
}
