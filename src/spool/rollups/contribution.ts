import type { ColumnBatch, Table } from '../../model/column-batch.ts';
import type { Dataset } from '../../model/dataset.ts';
import { RowGroups } from '../../model/row-groups.ts';
import type { SymbolTable } from '../../model/symbols.ts';
import { isWritableTime } from '../byte-writer.ts';
import { declarationOf, layoutOf, noNumbers, type FieldLayout, type RollupLayout } from './rollup-layout.ts';

/** What events of one dataset add to windows: for each group its window, values and numbers. */
export interface ContributedGroups {
  readonly layout: RollupLayout;
  /** Start of each group's window, ms. */
  readonly starts: Float64Array;
  /** Of each group the tenant, then the values of the declaration's `by`; empty where absent. */
  readonly values: readonly (readonly string[])[];
  /** `layout.stride` numbers for each group. */
  readonly numbers: Float64Array;
}

/** What the events of a batch add to the open windows. */
export type Contribution = readonly ContributedGroups[];

const ABSENT = new Int32Array();

/** Groups the events of batches, on the hot path: nothing is made per row. */
export class Contributor {
  readonly #layouts = new Map<Dataset, RollupLayout | undefined>();
  #windowOf = new Int32Array(1024);
  #groupOf = new Int32Array(1024);

  /** @returns undefined when no event of the batch is rolled up */
  contribution(columns: ColumnBatch): Contribution | undefined {
    const found: ContributedGroups[] = [];
    for (const table of columns.tables()) {
      const layout = this.#layout(table.dataset);
      const groups = layout === undefined ? undefined : this.#group(table, layout, columns.symbols);
      if (groups !== undefined) found.push(groups);
    }
    return found.length === 0 ? undefined : found;
  }

  #layout(dataset: Dataset): RollupLayout | undefined {
    if (!this.#layouts.has(dataset)) {
      const declaration = dataset.kind === 'event' ? declarationOf(dataset) : undefined;
      this.#layouts.set(dataset, declaration === undefined ? undefined : layoutOf(declaration));
    }
    return this.#layouts.get(dataset);
  }

  #group(table: Table, layout: RollupLayout, symbols: SymbolTable): ContributedGroups | undefined {
    const { rows, times } = table;
    if (this.#windowOf.length < rows) {
      this.#windowOf = new Int32Array(times.length);
      this.#groupOf = new Int32Array(times.length);
    }
    const windows = findWindows(times, rows, layout.declaration.windowMs, this.#windowOf);
    const labels = ['tenant', ...layout.declaration.by].map((name) => table.dimensions.get(name) ?? ABSENT);
    const groups = new RowGroups([this.#windowOf, ...labels]);
    assignGroups(groups, this.#windowOf, rows, this.#groupOf);
    if (groups.size === 0) return undefined;
    const numbers = noNumbers(layout, groups.size);
    countRows(this.#groupOf, rows, numbers, layout.stride);
    for (const field of layout.fields) {
      const values = table.numbers.get(field.name);
      if (values !== undefined) addField(values, this.#groupOf, rows, numbers, layout.stride, field);
    }
    const first = groups.firstRows;
    const starts = Float64Array.from(first, (row) => windows[this.#windowOf[row] ?? 0] ?? 0);
    const values = Array.from(first, (row) => labels.map((label) => symbols.text(label[row] ?? 0)));
    return { layout, starts, values, numbers };
  }
}

/**
 * Numbers the windows of the rows, -1 for a time that a document cannot have (the store refuses such an event).
 * @returns their starts by number
 */
function findWindows(times: Float64Array, rows: number, windowMs: number, windowOf: Int32Array): number[] {
  const starts: number[] = [];
  const known = new Map<number, number>();
  let [start, end, current] = [Number.NaN, Number.NaN, -1];
  for (let row = 0; row < rows; row++) {
    const time = times[row] ?? Number.NaN;
    if (!(time >= start && time < end)) {
      start = isWritableTime(time) ? Math.floor(time / windowMs) * windowMs : Number.NaN;
      end = start + windowMs;
      current = Number.isNaN(start) ? -1 : (known.get(start) ?? starts.push(start) - 1);
      if (current >= 0) known.set(start, current);
    }
    windowOf[row] = current;
  }
  return starts;
}

function assignGroups(groups: RowGroups, windowOf: Int32Array, rows: number, groupOf: Int32Array): void {
  for (let row = 0; row < rows; row++) groupOf[row] = (windowOf[row] ?? -1) < 0 ? -1 : groups.of(row);
}

function countRows(groupOf: Int32Array, rows: number, numbers: Float64Array, stride: number): void {
  for (let row = 0; row < rows; row++) {
    const group = groupOf[row] ?? -1;
    if (group >= 0) numbers[group * stride] = (numbers[group * stride] ?? 0) + 1;
  }
}

function addField(
  values: Float64Array,
  groupOf: Int32Array,
  rows: number,
  numbers: Float64Array,
  stride: number,
  { at, bounds }: FieldLayout,
): void {
  const limits = Float64Array.from(bounds);
  for (let row = 0; row < rows; row++) {
    const group = groupOf[row] ?? -1;
    // No negative zero: documents have none.
    const value = (values[row] ?? Number.NaN) + 0;
    // What no document can hold (NaN, infinite) is absent here too.
    if (group < 0 || !(Math.abs(value) < Infinity)) continue;
    const from = group * stride + at;
    numbers[from] = (numbers[from] ?? 0) + 1;
    numbers[from + 1] = (numbers[from + 1] ?? 0) + value;
    if (value < (numbers[from + 2] ?? 0)) numbers[from + 2] = value;
    if (value > (numbers[from + 3] ?? 0)) numbers[from + 3] = value;
    let bucket = 0;
    while (bucket < limits.length && value > (limits[bucket] ?? 0)) bucket++;
    if (bucket < limits.length) numbers[from + 4 + bucket] = (numbers[from + 4 + bucket] ?? 0) + 1;
  }
}
