import type { EventDataset } from '../../model/dataset.ts';
import { labelsKey, METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Block } from './block.ts';
import type { EventCounter } from './event-counter.ts';
import type { HeadWindow } from './head-window.ts';
import { BLOCK, BORN, RECORD } from './series-columns.ts';
import type { Counter, Group, Tally } from './tally.ts';

/** A block whose counters rest still gets a tick this often, in ms, or its series would go stale. */
export const HEARTBEAT_MS = 15_000;

/** A series: its id, and which birth it was. */
interface Known {
  readonly id: number;
  readonly born: number;
}

/** Writes the totals of a tally as samples of one block. */
export class DerivedSeries {
  readonly #window: HeadWindow;
  readonly #counter: EventCounter;
  readonly #tally: Tally;
  readonly #series = new Map<Counter, Known>();
  /** When its tenant was removed, if nothing was counted since. */
  #retiredAt: number | undefined;

  constructor(window: HeadWindow, counter: EventCounter, tally: Tally) {
    this.#window = window;
    this.#counter = counter;
    this.#tally = tally;
  }

  /**
   * Writes a tick if a counter moved and the last tick is `spacingMs` old, or if it is time for a heartbeat. With
   * `fresh`, whatever moved is written now: where ticks would come too close, the last one moves on.
   * False once the tenant is gone for as long as the window is: the tally can be forgotten.
   */
  tick(now: number, spacingMs: number, fresh = false): boolean {
    const { counters } = this.#tally;
    const oldest = now - this.#window.windowMs;
    const changed = counters.some((counter) => counter.changed);
    if (this.#retiredAt !== undefined && !changed) return this.#retiredAt >= oldest || this.#drop();
    if (counters.length === 0) return true;
    const block = this.#window.block('derived', this.#counter.dataset.name, this.#tally.tenant);
    const age = now - block.lastTime;
    const isClose = age >= 0 && age < (changed ? spacingMs : HEARTBEAT_MS);
    if (isClose && !(fresh && changed)) return true;
    block.evict(oldest);
    if (block.first === block.end) this.#start(block, now);
    if (isClose && block.lastSpacing < spacingMs) block.advance(now);
    this.#write(block, now);
    return true;
  }

  /** Series that nobody counts for any more must not go on when the tenant comes back. */
  #drop(): false {
    const block = this.#window.find('derived', this.#counter.dataset.name, this.#tally.tenant);
    if (block !== undefined) this.#window.drop(block);
    return false;
  }

  /** Goes on from the totals that the head's log held. */
  restore(block: Block): void {
    for (const id of block.series) {
      const labels = this.#window.store.columns.labels[id] ?? {};
      const group = groupOf(this.#counter.dataset, this.#tally, labels);
      if (group !== undefined) this.#resume(block, group);
    }
    this.#abandonOthers(block);
    if (block.retired) this.#retiredAt = block.lastTime;
  }

  /** Ends the heartbeat until something is counted again. */
  retire(now: number): void {
    this.#retiredAt = now;
  }

  /** A group that has gained counters (other buckets) starts again from zero, as all of them must agree. */
  #resume(block: Block, group: Group): void {
    const found = group.counters.map(({ labels }) => this.#window.index.find(labels));
    const { records, latest } = this.#window.store.columns;
    const isOurs = (id: number): boolean => records[id * RECORD + BLOCK] === block.index;
    if (!found.every((id) => isOurs(id) && !Number.isNaN(latest[id]))) return;
    for (const [i, counter] of group.counters.entries()) {
      const id = found[i] ?? -1;
      counter.total = latest[id] ?? 0;
      counter.written = counter.total;
      counter.changed = false;
      this.#remember(counter, id);
    }
  }

  /** A tick before the first values, of zeros where they are new, so that these are an increase. */
  #start(block: Block, now: number): void {
    if (this.#window.begin(block, now - HEARTBEAT_MS, now) !== undefined) return;
    for (const counter of this.#tally.counters) {
      const id = this.#remember(counter, this.#window.series(block, counter.labels));
      if (id >= 0) block.put(id, counter.written);
    }
    this.#window.finish(block, 'carry');
  }

  #write(block: Block, now: number): void {
    if (this.#window.begin(block, now, now) !== undefined) return;
    block.retired = false;
    this.#retiredAt = undefined;
    for (const counter of this.#tally.counters) {
      if (!counter.changed) continue;
      counter.changed = false;
      counter.written = counter.total;
      const id = this.#idOf(block, counter);
      if (id >= 0) block.put(id, counter.total);
    }
    this.#window.finish(block, 'carry');
  }

  #idOf(block: Block, counter: Counter): number {
    const known = this.#series.get(counter);
    const { records } = this.#window.store.columns;
    if (known !== undefined && records[known.id * RECORD + BORN] === known.born) return known.id;
    return this.#remember(counter, this.#window.series(block, counter.labels, true));
  }

  #remember(counter: Counter, id: number): number {
    if (id < 0) this.#series.delete(counter);
    else this.#series.set(counter, { id, born: this.#window.store.columns.records[id * RECORD + BORN] ?? 0 });
    return id;
  }

  /** Series that the dataset no longer derives end with a gap instead of their last value for ever. */
  #abandonOthers(block: Block): void {
    const { labels, latest } = this.#window.store.columns;
    const kept = new Set(this.#tally.counters.map((counter) => labelsKey(counter.labels)));
    for (const id of block.series) if (!kept.has(labelsKey(labels[id] ?? {}))) latest[id] = Number.NaN;
  }
}

/** The group that a derived series stands for: a counter's own, a histogram's by its `_count`. */
function groupOf(dataset: EventDataset, tally: Tally, labels: Labels): Group | undefined {
  const name = labels[METRIC_NAME] ?? '';
  for (const [derived, { type, by }] of Object.entries(dataset.derives)) {
    if (name !== (type === 'counter' ? derived : `${derived}_count`)) continue;
    return tally.group(
      derived,
      by.map((label) => labels[label] ?? ''),
    );
  }
  return undefined;
}
