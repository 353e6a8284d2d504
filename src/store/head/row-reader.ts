import type { Table } from '../../model/column-batch.ts';
import { labelNamesOf, type GaugeDataset } from '../../model/dataset.ts';
import { parseLabelText } from '../../model/label-text.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { SymbolTable } from '../../model/symbols.ts';

const DEFAULT_LIMIT = 1000;

/** Rows of one time. */
export interface Tick {
  readonly time: number;
  readonly rows: number[];
  readonly polled: boolean;
}

/** A gauge table by row, its symbols as text. */
export class RowReader {
  readonly dataset: string;
  readonly limit: number;
  readonly metrics: readonly string[];
  readonly #table: Table;
  readonly #symbols: SymbolTable;
  readonly #labels: readonly (readonly [string, Int32Array])[];
  /** The dimensions that name series, where rows do. */
  readonly #names: Int32Array | undefined;
  readonly #spread: Int32Array | undefined;
  readonly #tenants: Int32Array;
  readonly #values: readonly Float64Array[];

  constructor(table: Table, dataset: GaugeDataset, symbols: SymbolTable) {
    this.dataset = dataset.name;
    this.limit = dataset.seriesLimit ?? DEFAULT_LIMIT;
    this.#table = table;
    this.#symbols = symbols;
    this.#labels = labelNamesOf(dataset).map((name) => [name, columnOf(table, name)]);
    const { samples } = dataset;
    if (samples !== undefined) this.#spread = columnOf(table, samples.labels);
    if (samples?.name !== undefined) this.#names = columnOf(table, samples.name);
    this.#tenants = columnOf(table, 'tenant');
    this.metrics = Object.keys(dataset.metrics);
    this.#values = this.metrics.map((name) => table.numbers.get(name) ?? new Float64Array());
  }

  value(metric: number, row: number): number {
    return this.#values[metric]?.[row] ?? Number.NaN;
  }

  /** The same for rows of the same series. */
  key(row: number): string {
    let key = '';
    for (const [, column] of this.#labels) key += `${this.#symbols.text(column[row] ?? 0)}\u0000`;
    if (this.#names !== undefined) key += `${this.#symbols.text(this.#names[row] ?? 0)}\u0000`;
    if (this.#spread !== undefined) key += this.#symbols.text(this.#spread[row] ?? 0);
    return key;
  }

  labels(row: number, metric: number): Record<string, string> {
    const metricName =
      this.#names === undefined ? this.metrics[metric] : this.#symbols.text(this.#names[row] ?? 0);
    const text = this.#spread === undefined ? '' : this.#symbols.text(this.#spread[row] ?? 0);
    const labels: Record<string, string> = Object.fromEntries(parseLabelText(text));
    labels[METRIC_NAME] = metricName ?? '';
    for (const [name, column] of this.#labels) {
      const value = this.#symbols.text(column[row] ?? 0);
      if (value !== '') labels[name] = value;
    }
    return labels;
  }

  time(row: number): number {
    return this.#table.times[row] ?? 0;
  }

  tenant(row: number): string {
    return this.#symbols.text(this.#tenants[row] ?? 0);
  }

  /** The rows of each tenant by time, rising. */
  ticksByTenant(): Map<string, Tick[]> {
    const tenants = new Map<string, Map<number, Tick>>();
    for (let row = 0; row < this.#table.rows; row++) {
      const tenant = this.tenant(row);
      let ticks = tenants.get(tenant);
      if (ticks === undefined) tenants.set(tenant, (ticks = new Map()));
      this.#collect(ticks, row);
    }
    return new Map(
      Array.from(tenants, ([tenant, ticks]) => [
        tenant,
        Array.from(ticks.values()).toSorted((a, b) => a.time - b.time),
      ]),
    );
  }

  #collect(ticks: Map<number, Tick>, row: number): void {
    const time = this.time(row);
    const tick = ticks.get(time);
    if (tick !== undefined) tick.rows.push(row);
    else ticks.set(time, { time, rows: [row], polled: Number.isNaN(this.#table.offsets[row]) });
  }
}

function columnOf({ dimensions }: Table, name: string): Int32Array {
  return dimensions.get(name) ?? new Int32Array();
}
