import type { Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Selection } from '../../model/selection.ts';
import { isStale, setStale, type Series, type SeriesReader, type TimeRange } from '../../model/series.ts';
import { Block, FUTURE_MS, type BlockKind, type Fill } from './block.ts';
import { isGap } from './gap.ts';
import { HeadSelection } from './head-selection.ts';
import type { HeadSeries } from './head-series.ts';
import { LabelPool } from './label-pool.ts';
import { Scratch } from './ring.ts';
import { SeriesIndex } from './series-index.ts';

/** How long after its last sample a series may be taken over by another writer. */
const SILENT_MS = 60_000;

/** Hears of everything that must be written down to build the window again. */
export interface HeadJournal {
  block(block: Block): void;
  /** `zero`: the series also got a 0 at the tick before the open one. */
  birth(series: HeadSeries, zero: boolean): void;
  /** `block.puts` are the series with a value at its last tick. */
  tick(block: Block, fill: Fill, span: number): void;
}

/** Series in memory, for as far back as rules look. Synchronous; knows no disk and no clock. */
export class HeadWindow implements SeriesReader {
  windowMs: number;
  journal: HeadJournal | undefined;
  readonly index = new SeriesIndex();
  readonly #blocks = new Map<string, Block>();
  readonly #byId = new Map<number, Block>();
  readonly #pool = new LabelPool();
  #nextId = 1;
  #sweeper: Iterator<Block> | undefined;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
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

  /** The block of these writers, made at first use. */
  block(kind: BlockKind, source: string, tenant: string, id = this.#nextId): Block {
    const key = `${kind}\u0000${source}\u0000${tenant}`;
    let block = this.#blocks.get(key);
    if (block !== undefined) return block;
    block = new Block(id, kind, source, tenant);
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.#blocks.set(key, block);
    this.#byId.set(id, block);
    this.journal?.block(block);
    return block;
  }

  /**
   * The series with these labels, born if it is new. Undefined when another block writes it now: of two writers of
   * one series the first is believed. One that has fallen silent loses it. With `zero` the series starts with a 0
   * at the tick before the open one, so that its first value is an increase.
   */
  series(block: Block, labels: Labels, zero = false): HeadSeries | undefined {
    const known = this.index.find(labels);
    if (known?.block === block) return known;
    if (known !== undefined && isWritten(known, block.lastTime)) return undefined;
    const series = this.bear(block, labels);
    const before = block.end - 2;
    if (zero && before >= block.first) series.put(before, 0);
    this.journal?.birth(series, zero);
    return series;
  }

  /** A new series, whoever had its labels before. */
  bear(block: Block, labels: Labels, number?: number): HeadSeries {
    const previous = this.index.find(labels);
    if (previous !== undefined) this.remove(previous);
    const series = block.add(this.#pool.acquire(labels), number);
    this.index.add(series);
    return series;
  }

  remove(series: HeadSeries): void {
    this.index.remove(series);
    this.#pool.release(series.labels);
    series.block.series.delete(series.number);
    series.removed = true;
  }

  /** Opens a tick of a block; undefined, or why it cannot. */
  begin(block: Block, time: number, now: number): 'future' | 'out_of_order' | undefined {
    if (time > now + FUTURE_MS) return 'future';
    block.rewind(now + FUTURE_MS);
    return block.begin(time, Math.min(time, now) - this.windowMs) ? undefined : 'out_of_order';
  }

  /** Closes the open tick of a block. */
  finish(block: Block, fill: Fill, span = 1): void {
    block.finish(fill, span);
    this.journal?.tick(block, fill, span);
  }

  /** Drops what has left the window from up to `count` blocks, going on where the last call ended. */
  sweep(now: number, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#sweeper ??= this.#blocks.values();
      const next = this.#sweeper.next();
      if (next.done === true) {
        this.#sweeper = undefined;
        return;
      }
      this.#sweepBlock(next.value, now - this.windowMs);
    }
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    const times = new Scratch();
    const values = new Scratch();
    for (const series of this.index.select(matchers)) {
      const ticks = series.block.ticksIn(range);
      const from = Math.max(ticks.from, series.birth);
      const to = Math.min(ticks.to, series.end);
      if (from >= to) continue;
      const found = {
        labels: series.labels,
        timestamps: series.block.times.view(from, to, times),
        values: series.values.view(from, to, values),
      };
      const dense = from < series.gapEnd ? withoutGaps(found) : found;
      if (dense.timestamps.length > 0) yield dense;
    }
  }

  follow(matchers: readonly Matcher[]): Selection {
    const selection = new HeadSelection(this.index, matchers);
    selection.refresh();
    return selection;
  }

  #sweepBlock(block: Block, keepFrom: number): void {
    block.evict(keepFrom);
    let removed = false;
    for (const series of block.series.values()) {
      if (series.end > block.first) continue;
      this.remove(series);
      removed = true;
    }
    if (removed) forgetRows(block);
    block.shrink();
    if (block.series.size === 0 && block.first === block.end) this.drop(block);
  }

  /** Forgets a block and all its series. */
  drop(block: Block): void {
    for (const series of block.series.values()) this.remove(series);
    this.#blocks.delete(`${block.kind}\u0000${block.source}\u0000${block.tenant}`);
    this.#byId.delete(block.id);
  }
}

function isWritten(series: HeadSeries, now: number): boolean {
  const { block } = series;
  return !series.stale && series.last === block.end - 1 && block.lastTime > now - SILENT_MS;
}

function forgetRows(block: Block): void {
  for (const [key, row] of block.rows) {
    if (row.every((series) => series === undefined || series.removed)) block.rows.delete(key);
  }
}

function withoutGaps({ labels, timestamps, values }: Series): Series {
  const times = new Float64Array(timestamps.length);
  const kept = new Float64Array(values.length);
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    if (isGap(values, i)) continue;
    times[length] = timestamps[i] ?? 0;
    if (isStale(values, i)) setStale(kept, length);
    else kept[length] = values[i] ?? 0;
    length++;
  }
  return { labels, timestamps: times.subarray(0, length), values: kept.subarray(0, length) };
}
