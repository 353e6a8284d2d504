import type { Table } from '../../model/column-batch.ts';
import type { NamedByRows } from '../../model/dataset.ts';
import type { Labels } from '../../model/labels.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { SymbolTable } from '../../model/symbols.ts';
import type { Block } from './block.ts';
import type { HeadWindow } from './head-window.ts';
import { RowReader } from './row-reader.ts';
import { BLOCK, RECORD } from './series-columns.ts';

/** A sample so much older than others of its block has gone out of sight: Prometheus's lookback, ms. */
const LOOKBACK_MS = 5 * 60_000;
/** Times in one page of one tenant that get blocks of their own; more of them share the last. */
const MAX_BLOCKS = 1024;

/**
 * Writes rows that name their series: pages that were scraped. A page without times is one block for each tenant. One
 * with times holds what others read at their own times, such as the datasets of an edge or the targets of a federation:
 * series that had one time when they were first seen are a block, and stay one. A series that a page has no more is
 * stale; a block whose times have not moved since the last page gets no new tick.
 */
export class NamedIngest {
  readonly #window: HeadWindow;
  readonly #metrics: SelfMetrics;
  /** Numbers of the blocks of each tenant, by who writes them. */
  readonly #writers = new Map<string, Map<string, Set<number>>>();
  /** The blocks that the last batch had rows of, by who writes them. */
  readonly #written = new Map<string, Set<Block>>();

  constructor(window: HeadWindow, metrics: SelfMetrics) {
    this.#window = window;
    this.#metrics = metrics;
  }

  add(table: Table, dataset: NamedByRows, symbols: SymbolTable, now: number, source: string): void {
    const rows = new RowReader(table, dataset, symbols);
    const writer = writerOf(dataset, source);
    const pages = new Map<string, Page>();
    for (let row = 0; row < table.rows; row++) {
      if (Number.isNaN(rows.value(0, row))) continue;
      const tenant = rows.tenant(row);
      let page = pages.get(tenant);
      if (page === undefined) pages.set(tenant, (page = new Page(rows, this.#blocksOf(writer, tenant))));
      page.take(row);
    }
    const written = new Set<Block>();
    this.#written.set(writer, written);
    for (const [tenant, page] of pages) {
      page.place(this.#window, () => this.#newBlock(writer, tenant));
      for (const part of page.parts) {
        if (part.time === Number.NEGATIVE_INFINITY) continue;
        written.add(part.block);
        this.#write(part, rows, now);
      }
    }
  }

  /** The page was whole: what the source had and the batch has not is gone. Call it after `add`. */
  endOthers(dataset: NamedByRows, now: number, source: string): void {
    const writer = writerOf(dataset, source);
    const written = this.#written.get(writer);
    this.#written.delete(writer);
    for (const tenant of this.#tenantsOf(writer).keys())
      for (const block of this.#blocksOf(writer, tenant))
        if (written?.has(block) !== true) this.#end(block, now);
  }

  #write(part: Part, rows: RowReader, now: number): void {
    const { block, time, known, fresh } = part;
    if (time === block.lastTime && fresh.length === 0) return;
    const refusal = this.#window.begin(block, time, now);
    if (refusal !== undefined) {
      this.#refuse(rows, refusal, known.length + fresh.length);
      return;
    }
    block.retired = false;
    const isInSight = (row: number): boolean => rows.time(row) > time - LOOKBACK_MS;
    for (const { row, id } of known) if (isInSight(row)) block.put(id, rows.value(0, row));
    for (const one of fresh) if (isInSight(one.row)) this.#bear(block, one, rows);
    this.#window.finish(block, 'stale');
  }

  #bear(block: Block, { row, key, labels }: Fresh, rows: RowReader): void {
    // What is alive counts; what is on its way out may be as much again.
    if (block.puts.length >= rows.limit || block.series.length >= rows.limit * 4) {
      this.#refuse(rows, 'series_limit');
      return;
    }
    const id = this.#window.series(block, labels);
    if (id < 0) {
      this.#refuse(rows, 'duplicate');
      return;
    }
    block.rows.set(key, [id]);
    block.put(id, rows.value(0, row));
  }

  #end(block: Block, now: number): void {
    if (block.first === block.end || block.retired) return;
    if (this.#window.begin(block, Math.max(now, block.lastTime + 1), now) !== undefined) return;
    this.#window.finish(block, 'stale');
    block.retired = true;
  }

  #blocksOf(writer: string, tenant: string): Block[] {
    const numbers = this.#tenantsOf(writer).get(tenant);
    const blocks: Block[] = [];
    for (const number of numbers ?? []) {
      const block = this.#window.find('gauge', nameOf(writer, number), tenant);
      if (block === undefined) numbers?.delete(number);
      else blocks.push(block);
    }
    return blocks;
  }

  #newBlock(writer: string, tenant: string): Block {
    const tenants = this.#tenantsOf(writer);
    const numbers = tenants.get(tenant) ?? new Set<number>();
    tenants.set(tenant, numbers);
    let number = 0;
    while (numbers.has(number)) number++;
    numbers.add(number);
    return this.#window.block('gauge', nameOf(writer, number), tenant);
  }

  /** After a restart, as the log refilled them. */
  #tenantsOf(writer: string): Map<string, Set<number>> {
    const known = this.#writers.get(writer);
    if (known !== undefined) return known;
    const tenants = new Map<string, Set<number>>();
    this.#writers.set(writer, tenants);
    const prefix = nameOf(writer, '');
    for (const { source, tenant } of this.#window.blocks()) {
      if (!source.startsWith(prefix)) continue;
      const numbers = tenants.get(tenant) ?? new Set<number>();
      tenants.set(tenant, numbers.add(Number(source.slice(prefix.length))));
    }
    return tenants;
  }

  #refuse({ dataset }: RowReader, reason: string, count = 1): void {
    this.#metrics.increment('octowatch_head_samples_refused_total', { dataset, reason }, count);
  }
}

/** The rows of a page that are one block's. */
interface Part {
  readonly block: Block;
  /** Of the newest row, -Infinity without one. */
  time: number;
  readonly known: { readonly row: number; readonly id: number }[];
  readonly fresh: Fresh[];
}

/** A row whose series no block knows by its key. */
interface Fresh {
  readonly row: number;
  readonly key: string;
  readonly labels: Labels;
}

/** What a page has of one tenant. */
class Page {
  readonly parts: Part[];
  readonly #rows: RowReader;
  readonly #fresh: Omit<Fresh, 'labels'>[] = [];
  /** Most rows are of the block that the row before them was of. */
  #last = 0;

  constructor(rows: RowReader, blocks: readonly Block[]) {
    this.#rows = rows;
    this.parts = blocks.map(partOf);
  }

  /** Gives a row to the block that has its series. */
  take(row: number): void {
    const key = this.#rows.key(row);
    const count = this.parts.length;
    for (let i = 0; i < count; i++) {
      const at = (this.#last + i) % count;
      const part = this.parts[at];
      const id = part?.block.rows.get(key)?.[0] ?? -1;
      if (part === undefined || id < 0) continue;
      this.#last = at;
      part.known.push({ row, id });
      part.time = Math.max(part.time, this.#rows.time(row));
      return;
    }
    this.#fresh.push({ row, key });
  }

  /** Gives the other rows to blocks: after a restart to those that have their series, else by their times. */
  place({ index, store }: HeadWindow, newBlock: () => Block): void {
    // Only a block that was there before can have a series whose row it does not know.
    const byBlock = new Map(this.parts.map((part) => [part.block.index, part]));
    const byTime = new Map<number, Part>();
    for (const part of this.parts) if (!byTime.has(part.time)) byTime.set(part.time, part);
    for (const { row, key } of this.#fresh) {
      const labels = this.#rows.labels(row, 0);
      const time = this.#rows.time(row);
      const id = byBlock.size === 0 ? -1 : index.find(labels);
      const owner = id < 0 ? undefined : byBlock.get(store.columns.records[id * RECORD + BLOCK] ?? -1);
      const part = owner ?? byTime.get(time) ?? this.#partAt(newBlock);
      part.fresh.push({ row, key, labels });
      part.time = Math.max(part.time, time);
      if (!byTime.has(time)) byTime.set(time, part);
    }
  }

  #partAt(newBlock: () => Block): Part {
    const last = this.parts.at(-1);
    if (last !== undefined && this.parts.length >= MAX_BLOCKS) return last;
    const part = partOf(newBlock());
    this.parts.push(part);
    return part;
  }
}

function partOf(block: Block): Part {
  return { block, time: Number.NEGATIVE_INFINITY, known: [], fresh: [] };
}

function writerOf({ name }: NamedByRows, source: string): string {
  return `${name}\u0001${source}`;
}

function nameOf(writer: string, number: number | ''): string {
  return `${writer}\u0001${number}`;
}
