import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Selection } from '../../model/selection.ts';
import type { Series, SeriesReader, TimeRange } from '../../model/series.ts';
import { Block, type BlockName, FUTURE_MS, type BlockKind, type Fill } from './block.ts';
import { Followers } from './followers.ts';
import { labelSets } from './label-sets.ts';
import type { MetricWindows } from './metric-windows.ts';
import { select } from './select.ts';
import { BLOCK, endsStale, LAST, MASK, METRIC, NUMBER, RECORD } from './series-columns.ts';
import { SeriesIndex } from './series-index.ts';
import { SeriesStore } from './series-store.ts';
import { Sweeper } from './sweeper.ts';

/** How long after its last sample a series may be taken over by another writer. */
const SILENT_MS = 60_000;

/** Hears of everything that must be written down to build the window again. */
export interface HeadJournal {
  block(block: Block): void;
  /** `zero`: the series also got a 0 at the tick before the open one. */
  birth(block: Block, id: number, zero: boolean): void;
  /** `block.puts` are the series with a value at its last tick. */
  tick(block: Block, fill: Fill, span: number): void;
}

/** Series in memory, for as far back as rules look. Synchronous; knows no disk and no clock. */
export class HeadWindow implements SeriesReader {
  journal: HeadJournal | undefined;
  readonly store: SeriesStore;
  readonly index: SeriesIndex;
  readonly #blocks = new Map<string, Block>();
  readonly #byId = new Map<number, Block>();
  readonly #followers: Followers;
  readonly #sweeper = new Sweeper(this);
  #nextId = 1;

  constructor(windows: MetricWindows) {
    this.store = new SeriesStore(windows);
    this.index = new SeriesIndex(this.store.columns);
    this.#followers = new Followers(this.index, this.store);
  }

  /** The longest window of all metrics, in ms. */
  get windowMs(): number {
    return this.store.metrics.longestMs;
  }

  setWindows(windows: MetricWindows): void {
    this.store.metrics.windows = windows;
    for (const block of this.#blocks.values()) block.forgetWindow();
  }

  get blockCount(): number {
    return this.#blocks.size;
  }

  blocks(): IterableIterator<Block> {
    return this.#blocks.values();
  }

  blockById(id: number): Block | undefined {
    return this.#byId.get(id);
  }

  find(kind: BlockKind, source: string, tenant: string): Block | undefined {
    return this.#blocks.get(keyOf({ kind, source, tenant }));
  }

  /** The block of these writers, made at first use. */
  block(kind: BlockKind, source: string, tenant: string, id = this.#nextId): Block {
    const key = keyOf({ kind, source, tenant });
    let block = this.#blocks.get(key);
    if (block !== undefined) return block;
    block = new Block(this.store, id, this.store.takeIndex(), { kind, source, tenant });
    this.store.blocks[block.index] = block;
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.#blocks.set(key, block);
    this.#byId.set(id, block);
    this.journal?.block(block);
    return block;
  }

  /**
   * The series with these labels, born if it is new. -1 when another block writes it now: of two writers of one series
   * the first is believed. One that has fallen silent loses it. With `zero` the series starts with a 0 at the tick
   * before the open one, so that its first value is an increase.
   */
  series(block: Block, labels: Labels, zero = false): number {
    const known = this.index.find(labels);
    if (known >= 0) {
      const writer = this.store.blocks[this.store.columns.records[known * RECORD + BLOCK] ?? 0];
      if (writer === block) return known;
      if (writer !== undefined && this.#isWritten(known, writer, block.lastTime)) return -1;
      this.#takeAway(known);
    }
    const id = this.#create(block, labels);
    const before = block.end - 2;
    if (zero && before >= block.first) this.store.values.put(block, id, before, 0);
    this.journal?.birth(block, id, zero);
    return id;
  }

  /** A new series, whoever had its labels before. */
  bear(block: Block, labels: Labels, number = block.nextNumber): number {
    const previous = this.index.find(labels);
    if (previous >= 0) this.#takeAway(previous);
    return this.#create(block, labels, number);
  }

  #create(block: Block, labels: Labels, number = block.nextNumber): number {
    const { columns, metrics } = this.store;
    const id = columns.take();
    const at = id * RECORD;
    columns.records.fill(0, at, at + RECORD);
    columns.records[at + BLOCK] = block.index;
    columns.records[at + MASK] = -1;
    columns.records[at + LAST] = -1;
    columns.records[at + NUMBER] = number;
    columns.records[at + METRIC] = metrics.numberOf(labels[METRIC_NAME] ?? '');
    columns.latest[id] = Number.NaN;
    block.nextNumber = Math.max(block.nextNumber, number + 1);
    this.index.add(id, labels);
    block.add(id);
    return id;
  }

  /** Forgets a series; its block is told by whoever calls. */
  remove(id: number): void {
    this.store.values.free(id);
    this.index.remove(id);
  }

  /** Opens a tick of a block; undefined, or why it cannot. */
  begin(block: Block, time: number, now: number): 'future' | 'out_of_order' | undefined {
    if (time > now + FUTURE_MS) return 'future';
    block.rewind(now + FUTURE_MS);
    return block.begin(time, Math.min(time, now) - block.windowMs) ? undefined : 'out_of_order';
  }

  /** Closes the open tick of a block. */
  finish(block: Block, fill: Fill, span = 1): void {
    block.finish(fill, span);
    this.journal?.tick(block, fill, span);
  }

  /** Drops what has left the window from up to `count` blocks, going on where the last call ended. */
  sweep(now: number, count: number): void {
    this.#sweeper.sweep(now, count);
    this.#followers.sweep();
  }

  select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    return select(this.store, this.index, matchers, range);
  }

  labelSets(matchers: readonly Matcher[], range: TimeRange): Iterable<Labels> {
    return labelSets(this.store, this.index, matchers, range);
  }

  follow(matchers: readonly Matcher[]): Selection {
    return this.#followers.follow(matchers);
  }

  /** Forgets a block and all its series. */
  drop(block: Block): void {
    if (this.#byId.get(block.id) !== block) return;
    for (const id of block.series) this.remove(id);
    block.series.clear();
    block.times.free();
    this.#blocks.delete(keyOf(block));
    this.#byId.delete(block.id);
    this.store.releaseIndex(block.index);
  }

  #takeAway(id: number): void {
    const block = this.store.blocks[this.store.columns.records[id * RECORD + BLOCK] ?? 0];
    block?.series.filter((each) => each !== id);
    this.remove(id);
    block?.forgetRows();
  }

  #isWritten(id: number, writer: Block, now: number): boolean {
    const { records } = this.store.columns;
    const at = id * RECORD;
    const isLast = records[at + LAST] === writer.end - 1;
    return isLast && !endsStale(records, at) && writer.lastTime > now - SILENT_MS;
  }
}

function keyOf({ kind, source, tenant }: BlockName): string {
  return `${kind}\u0000${source}\u0000${tenant}`;
}
