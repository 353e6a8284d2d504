import { isStale } from '../../model/series.ts';
import type { Block } from './block.ts';
import type { HeadWindow } from './head-window.ts';
import type { BirthRecord, BlockRecord, LogRecord, TickRecord } from './log-record.ts';
import { BLOCK, NUMBER, RECORD } from './series-columns.ts';

/** Applies records of the log to a window. What they refer to may be lost with a damaged segment: it is left out then. */
export class LogReplay {
  readonly #window: HeadWindow;
  /** Ids by block and number there. */
  readonly #ids = new Map<Block, Map<number, number>>();

  constructor(window: HeadWindow) {
    this.#window = window;
  }

  apply(record: LogRecord): void {
    switch (record.type) {
      case 'block':
        this.#block(record);
        break;
      case 'birth':
        this.#birth(record);
        break;
      case 'tick':
        this.#tick(record);
        break;
      case 'complete':
        break;
    }
  }

  #block({ id, kind, source, tenant }: BlockRecord): void {
    const window = this.#window;
    if (window.blockById(id) !== undefined) return;
    const block = window.block(kind, source, tenant, id);
    if (block.id === id) return;
    // The block had left the window and came back as a new one.
    window.drop(block);
    this.#ids.delete(block);
    window.block(kind, source, tenant, id);
  }

  #birth(record: BirthRecord): void {
    const block = this.#window.blockById(record.block);
    if (block === undefined || this.#find(block, record.number) >= 0) return;
    const id = this.#window.bear(block, record.labels, record.number);
    this.#idsOf(block).set(record.number, id);
    if (record.zero && block.end > block.first) this.#window.store.values.put(block, id, block.end - 1, 0);
    else this.#window.store.columns.latest[id] = record.latest;
  }

  #tick(record: TickRecord): void {
    const block = this.#window.blockById(record.block);
    if (block === undefined || !Number.isFinite(record.time)) return;
    block.rewind(record.time);
    block.begin(record.time, record.time - block.windowMs);
    for (let i = 0; i < record.values.length; i++) {
      const id = this.#find(block, record.numbers[i] ?? 0);
      if (id < 0) continue;
      if (isStale(record.values, i)) block.putStale(id);
      else block.put(id, record.values[i] ?? Number.NaN);
    }
    block.finish(record.fill, record.span);
  }

  #idsOf(block: Block): Map<number, number> {
    let ids = this.#ids.get(block);
    if (ids === undefined) this.#ids.set(block, (ids = new Map()));
    return ids;
  }

  /** The series of a number, -1 without one; another block may have taken it over. */
  #find(block: Block, number: number): number {
    const id = this.#ids.get(block)?.get(number) ?? -1;
    const { records } = this.#window.store.columns;
    const isSame = records[id * RECORD + BLOCK] === block.index && records[id * RECORD + NUMBER] === number;
    return isSame ? id : -1;
  }
}

/** What the log says of a block's beginning. */
export function blockRecord({ id, kind, source, tenant }: Block): BlockRecord {
  return { type: 'block', id, kind, source, tenant };
}

/** `zero`: it got a 0 at the tick before the open one. */
export function birthRecord({ store }: HeadWindow, block: Block, id: number, zero: boolean): BirthRecord {
  const { records, labels, latest } = store.columns;
  const number = records[id * RECORD + NUMBER] ?? 0;
  const known = { latest: latest[id] ?? Number.NaN, labels: labels[id] ?? {} };
  return { type: 'birth', block: block.id, number, zero, ...known };
}
