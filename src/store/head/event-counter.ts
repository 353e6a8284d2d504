import type { Table } from '../../model/column-batch.ts';
import type { Derivation, EventDataset } from '../../model/dataset.ts';
import { RowGroups } from '../../model/row-groups.ts';
import type { SymbolTable } from '../../model/symbols.ts';
import { BatchSums } from './batch-sums.ts';
import { increase, Tally, type Group } from './tally.ts';

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
  #rows = new Int32Array();

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
    const inTime = this.#rowsInTime(table, from, to);
    let folded = 0;
    for (const [name, derivation] of Object.entries(this.dataset.derives)) {
      folded += this.#derive(name, derivation, table, symbols, inTime);
    }
    return { late: table.rows - inTime, folded };
  }

  /** Puts the numbers of rows that are neither late nor early into `#rows`; how many they are. */
  #rowsInTime({ times, rows }: Table, from: number, to: number): number {
    if (this.#rows.length < rows) this.#rows = new Int32Array(times.length);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const time = times[row] ?? 0;
      if (time >= from && time <= to) this.#rows[count++] = row;
    }
    return count;
  }

  #derive(name: string, derivation: Derivation, table: Table, symbols: SymbolTable, inTime: number): number {
    const columns = ['tenant', ...derivation.by].map((label) => columnOf(table, label));
    const groups = new RowGroups(columns);
    const sums = new BatchSums(derivation);
    const sizes: number[] = [];
    const tests = testsOf(derivation, table, symbols);
    const values = derivation.of === undefined ? undefined : table.numbers.get(derivation.of);
    for (let i = 0; i < inTime; i++) {
      const row = this.#rows[i] ?? 0;
      const value = values === undefined ? 1 : (values[row] ?? Number.NaN);
      // An absent field is not zero: a source that never has it begins no series.
      if (Number.isNaN(value) || !passes(tests, row)) continue;
      const group = groups.of(row);
      sizes[group] = (sizes[group] ?? 0) + 1;
      sums.add(group, value);
    }
    const numbers = sums.take(groups.size);
    let folded = 0;
    for (const [number, row] of groups.firstRows.entries()) {
      const group = this.#group(name, columns, symbols, row);
      increase(group, numbers, number * sums.stride);
      if (group.folded) folded += sizes[number] ?? 0;
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

/** One condition of a derivation's `where` or `except`. */
interface Test {
  readonly column: Int32Array;
  readonly values: ReadonlySet<number>;
  /** Whether the row must have one of the values, or none of them. */
  readonly expected: boolean;
}

/** The derivation's conditions; each value is looked up once for the whole table. */
function testsOf(
  { where = {}, except = {} }: Derivation,
  table: Table,
  symbols: SymbolTable,
): readonly Test[] {
  function testOf(name: string, values: readonly string[], expected: boolean): Test {
    return {
      column: columnOf(table, name),
      values: new Set(values.map((value) => symbols.intern(value))),
      expected,
    };
  }
  return [
    ...Object.entries(where).map(([name, values]) => testOf(name, values, true)),
    ...Object.entries(except).map(([name, values]) => testOf(name, values, false)),
  ];
}

function passes(tests: readonly Test[], row: number): boolean {
  for (let i = 0; i < tests.length; i++) {
    const test = tests[i];
    if (test !== undefined && test.values.has(test.column[row] ?? 0) !== test.expected) return false;
  }
  return true;
}
