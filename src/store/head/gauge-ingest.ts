import type { Table } from '../../model/column-batch.ts';
import type { GaugeDataset } from '../../model/dataset.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { SymbolTable } from '../../model/symbols.ts';
import type { Block, Fill } from './block.ts';
import type { HeadWindow } from './head-window.ts';
import { RowReader, type Tick } from './row-reader.ts';

/**
 * Writes the rows of gauge datasets as samples. The rule: one poll yields all rows that its source has of a dataset
 * for a tenant, in one batch. Rows of one time are one tick; a series of the source that no row of the batch has is
 * marked stale. Rows that a log line gave (they have an offset) say nothing about other series: those go on until the
 * lookback ends.
 */
export class GaugeIngest {
  readonly #window: HeadWindow;
  readonly #metrics: SelfMetrics;
  /** By writer, of sources that write for many tenants. */
  readonly #tenants = new Map<string, Set<string>>();

  constructor(window: HeadWindow, metrics: SelfMetrics) {
    this.#window = window;
    this.#metrics = metrics;
  }

  add(table: Table, dataset: GaugeDataset, symbols: SymbolTable, now: number, source: string): void {
    const rows = new RowReader(table, dataset, symbols);
    for (const [tenant, ticks] of rows.ticksByTenant()) {
      const block = this.#block(dataset, source, tenant);
      let span = 0;
      for (const [index, tick] of ticks.entries()) {
        const fill: Fill = tick.polled && index === ticks.length - 1 ? 'stale' : 'gap';
        if (this.#tick(block, tick, rows, now)) this.#window.finish(block, fill, ++span);
      }
    }
  }

  /** A poll that found nothing of a tenant: what the source had of the dataset is gone. */
  endTenant(dataset: GaugeDataset, tenant: string, now: number, source: string): void {
    const block = this.#window.find('gauge', writerOf(dataset, source), tenant);
    if (block === undefined || block.first === block.end || block.retired) return;
    if (this.#window.begin(block, Math.max(now, block.lastTime + 1), now) === undefined)
      this.#window.finish(block, 'stale');
  }

  /** The same for every tenant of the source that has no row in `table`. */
  endOthers(table: Table, dataset: GaugeDataset, symbols: SymbolTable, now: number, source: string): void {
    const present = tenantsIn(table, symbols);
    const known = this.#tenantsOf(writerOf(dataset, source));
    for (const tenant of known.difference(present)) {
      this.endTenant(dataset, tenant, now, source);
      known.delete(tenant);
    }
    for (const tenant of present) known.add(tenant);
  }

  /** Whose series a source of many tenants writes; after a restart, as the log refilled them. */
  #tenantsOf(writer: string): Set<string> {
    let tenants = this.#tenants.get(writer);
    if (tenants === undefined) {
      const blocks = [...this.#window.blocks()].filter((block) => block.source === writer);
      tenants = new Set(blocks.map((block) => block.tenant));
      this.#tenants.set(writer, tenants);
    }
    return tenants;
  }

  /** Sources of one dataset go on at their own times, each with its own block. */
  #block(dataset: GaugeDataset, source: string, tenant: string): Block {
    return this.#window.block('gauge', writerOf(dataset, source), tenant);
  }

  #tick(block: Block, tick: Tick, rows: RowReader, now: number): boolean {
    const refusal = this.#window.begin(block, tick.time, now);
    if (refusal !== undefined) {
      this.#refuse(rows, refusal, tick.rows.length);
      return false;
    }
    block.retired = false;
    for (const row of tick.rows) this.#row(block, row, rows);
    return true;
  }

  #row(block: Block, row: number, rows: RowReader): void {
    const key = rows.key(row);
    let known = block.rows.get(key);
    if (known === undefined) block.rows.set(key, (known = rows.metrics.map(() => -1)));
    for (let metric = 0; metric < rows.metrics.length; metric++) {
      const value = rows.value(metric, row);
      if (Number.isNaN(value)) continue;
      let id = known[metric] ?? -1;
      if (id < 0) id = known[metric] = this.#find(block, row, metric, rows);
      if (id >= 0) block.put(id, value);
    }
  }

  /** The series of a row's metric, -1 when it is refused. */
  #find(block: Block, row: number, metric: number, rows: RowReader): number {
    // What is alive counts; what is on its way out may be as much again, so that renaming all is possible.
    if (block.puts.length >= rows.limit || block.series.length >= rows.limit * 4) {
      this.#refuse(rows, 'series_limit');
      return -1;
    }
    const id = this.#window.series(block, rows.labels(row, metric));
    if (id < 0) this.#refuse(rows, 'duplicate');
    return id;
  }

  #refuse({ dataset }: RowReader, reason: string, count = 1): void {
    const labels = { dataset, reason };
    this.#metrics.increment('octowatch_head_samples_refused_total', labels, count);
  }
}

function writerOf({ name }: GaugeDataset, source: string): string {
  return `${name}\u0001${source}`;
}

function tenantsIn({ rows, dimensions }: Table, symbols: SymbolTable): Set<string> {
  const tenants = new Set<number>();
  const column = dimensions.get('tenant');
  for (let row = 0; row < rows; row++) tenants.add(column?.[row] ?? 0);
  return new Set(Array.from(tenants, (symbol) => symbols.text(symbol)));
}
