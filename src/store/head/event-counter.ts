import type { Table } from '../../model/column-batch.ts';
import type { Derivation, EventDataset } from '../../model/dataset.ts';
import type { SymbolTable } from '../../model/symbols.ts';
import { RowGroups } from '../../model/row-groups.ts';
import { observe, Tally, type Group } from './tally.ts';

const NO_SYMBOLS = new Int32Array();

/** What became of the rows of a table. */
export interface EventCounts {
  /** Too old, or too far in the future. */
  readonly late: number;
  /** Counted under `other`, once for each derivation. */
  readonly folded: number;
}

/** Keeps the derived counters of one event dataset for all tenants. */
export class EventCounter {
  readonly dataset: EventDataset;
  readonly tallies = new Map<string, Tally>();

  constructor(dataset: EventDataset) {
    this.dataset = dataset;
  }

  /** The tenant's tally, made at first use. */
  tally(tenant: string): Tally {
    let tally = this.tallies.get(tenant);
    if (tally === undefined) this.tallies.set(tenant, (tally = new Tally(this.dataset, tenant)));
    return tally;
  }

  /** Counts the rows whose time is in `[from, to]`. */
  add(table: Table, symbols: SymbolTable, from: number, to: number): EventCounts {
    const rows: number[] = [];
    for (let row = 0; row < table.rows; row++) {
      const time = table.times[row] ?? 0;
      if (time >= from && time <= to) rows.push(row);
    }
    let folded = 0;
    for (const [name, derivation] of Object.entries(this.dataset.derives)) {
      folded += this.#derive(name, derivation, table, symbols, rows);
    }
    return { late: table.rows - rows.length, folded };
  }

  #derive(
    name: string,
    derivation: Derivation,
    table: Table,
    symbols: SymbolTable,
    rows: readonly number[],
  ): number {
    const columns = ['tenant', ...derivation.by].map((label) => columnOf(table, label));
    const groups = new RowGroups(columns);
    const found: Group[] = [];
    const counts = filter(derivation, table, symbols);
    const values = derivation.of === undefined ? undefined : table.numbers.get(derivation.of);
    let folded = 0;
    for (const row of rows) {
      const value = values === undefined ? 1 : (values[row] ?? Number.NaN);
      // An absent field is not zero: a source that never has it begins no series.
      if (Number.isNaN(value) || !counts(row)) continue;
      const number = groups.of(row);
      const group = found[number] ?? (found[number] = this.#group(name, columns, symbols, row));
      observe(group, derivation, value);
      if (group.folded) folded++;
    }
    return folded;
  }

  #group(name: string, columns: readonly Int32Array[], symbols: SymbolTable, row: number): Group {
    const [tenant = '', ...values] = columns.map((column) => symbols.text(column[row] ?? 0));
    return this.tally(tenant).group(name, values);
  }
}

function columnOf(table: Table, dimension: string): Int32Array {
  return table.dimensions.get(dimension) ?? NO_SYMBOLS;
}

/** The derivation's `where` as a test of rows; each value is looked up once for the whole table. */
function filter({ where = {} }: Derivation, table: Table, symbols: SymbolTable): (row: number) => boolean {
  const tests = Object.entries(where).map(([name, values]) => ({
    column: columnOf(table, name),
    allowed: new Set(values.map((value) => symbols.intern(value))),
  }));
  return (row) => tests.every(({ column, allowed }) => allowed.has(column[row] ?? 0));
}
