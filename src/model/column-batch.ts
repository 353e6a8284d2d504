import { dimensionsOf, type Dataset } from './dataset.ts';
import type { Point } from './point.ts';
import { SymbolTable } from './symbols.ts';

const INITIAL_ROWS = 16;

/** The points of one read, as columns per dataset: the one form in which data reaches the spool and the head. */
export class ColumnBatch {
  readonly symbols = new SymbolTable();
  readonly #tables = new Map<Dataset, Table>();

  /** Rows over all datasets. */
  get rows(): number {
    let rows = 0;
    for (const table of this.#tables.values()) rows += table.rows;
    return rows;
  }

  /** The tables that hold rows. */
  *tables(): Iterable<Table> {
    for (const table of this.#tables.values()) if (table.rows > 0) yield table;
  }

  /** The columns of `dataset`, made at first use. */
  table(dataset: Dataset): Table {
    let table = this.#tables.get(dataset);
    if (table === undefined) {
      table = new Table(dataset);
      this.#tables.set(dataset, table);
    }
    return table;
  }

  /** Appends a point; what its dataset does not declare is left out. `tenant`: whose a point without one is. */
  add(point: Point, tenant: string): void {
    const owner = point.tenant ?? tenant;
    const table = this.table(point.dataset);
    const row = table.append(point.time);
    if (point.id !== undefined) table.ids[row] = this.symbols.intern(point.id);
    for (const [name, column] of table.dimensions) {
      column[row] = this.symbols.intern(name === 'tenant' ? owner : (point.dimensions[name] ?? ''));
    }
    for (const [name, column] of table.numbers) {
      const value = point.values[name];
      column[row] = value === undefined ? Number.NaN : Number(value);
    }
    for (const [name, column] of table.texts) {
      const value = point.values[name];
      column[row] = value === undefined ? 0 : this.symbols.intern(String(value));
    }
  }

  /** Empties the batch and keeps its memory for the next read. */
  clear(): void {
    this.symbols.clear();
    for (const table of this.tables()) table.clear();
  }
}

/**
 * The columns of one dataset, `rows` long; longer arrays hold room to grow. The arrays are replaced when they grow:
 * take them from the table after `append`, never keep them over one.
 */
export class Table {
  readonly dataset: Dataset;
  /** Read it; `append` and `clear` set it. */
  rows = 0;
  /** ms since the epoch. */
  times = new Float64Array(INITIAL_ROWS);
  /** Byte offset of the row's line in its source; NaN where there is none. */
  offsets = new Float64Array(INITIAL_ROWS);
  /** Symbol of an event's own id, 0 where the offset identifies it. */
  ids = new Int32Array(INITIAL_ROWS);
  /** Symbols by dimension, `tenant` included. */
  readonly dimensions = new Map<string, Int32Array>();
  /** Metrics, numeric and boolean fields by name; NaN is absent. Dates are ms since the epoch. */
  readonly numbers = new Map<string, Float64Array>();
  /** Symbols by keyword or text field. */
  readonly texts = new Map<string, Int32Array>();

  constructor(dataset: Dataset) {
    this.dataset = dataset;
    for (const name of Object.keys(dimensionsOf(dataset)))
      this.dimensions.set(name, new Int32Array(INITIAL_ROWS));
    const fields = dataset.kind === 'gauge' ? dataset.metrics : dataset.fields;
    for (const [name, { type }] of Object.entries(fields)) {
      if (type === 'keyword' || type === 'text') this.texts.set(name, new Int32Array(INITIAL_ROWS));
      else this.numbers.set(name, new Float64Array(INITIAL_ROWS).fill(Number.NaN));
    }
  }

  /** A new row, every field absent; returns its index. */
  append(time: number, offset = Number.NaN): number {
    if (this.rows === this.times.length) this.#grow();
    const row = this.rows++;
    this.times[row] = time;
    this.offsets[row] = offset;
    return row;
  }

  /** Forgets the rows; every field of the rows to come is absent again. */
  clear(): void {
    this.ids.fill(0, 0, this.rows);
    for (const column of this.dimensions.values()) column.fill(0, 0, this.rows);
    for (const column of this.numbers.values()) column.fill(Number.NaN, 0, this.rows);
    for (const column of this.texts.values()) column.fill(0, 0, this.rows);
    this.rows = 0;
  }

  #grow(): void {
    this.times = doubleFloats(this.times);
    this.offsets = doubleFloats(this.offsets);
    this.ids = doubleInts(this.ids);
    for (const [name, column] of this.dimensions) this.dimensions.set(name, doubleInts(column));
    for (const [name, column] of this.numbers)
      this.numbers.set(name, doubleFloats(column).fill(Number.NaN, column.length));
    for (const [name, column] of this.texts) this.texts.set(name, doubleInts(column));
  }
}

function doubleFloats(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

function doubleInts(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
