import type { Frame, Sparse } from '../../model/frame.ts';
import type { SeriesWriter } from '../../model/series-writer.ts';
import type { Block } from './block.ts';
import type { HeadWindow } from './head-window.ts';
import { BORN, RECORD } from './series-columns.ts';

/** Hears of samples that were not taken: why, and how many. */
export type Refuse = (reason: 'future' | 'out_of_order' | 'duplicate', count: number) => void;

/** Writes values by position into a block of its own; remembers which series a position stands for. */
export class BlockWriter implements SeriesWriter {
  readonly #window: HeadWindow;
  readonly #name: string;
  readonly #now: () => number;
  readonly #refuse: Refuse;
  /** By position; the series is another one when it was born at another time. */
  #ids = new Int32Array(0);
  #born = new Int32Array(0);
  #epoch = Number.NaN;
  /** Weak, as a writer outlives the rule that it was made for. */
  #frame: WeakRef<Frame> | undefined;

  constructor(window: HeadWindow, name: string, now: () => number, refuse: Refuse) {
    this.#window = window;
    this.#name = name;
    this.#now = now;
    this.#refuse = refuse;
  }

  write(time: number, { frame, values, present }: Sparse): void {
    const block = this.#window.block('rule', this.#name, '');
    const refusal = this.#window.begin(block, time, this.#now());
    if (refusal !== undefined) return this.#refuse(refusal, countOf(present, frame.length));
    block.retired = false;
    this.#reserve(frame);
    for (let i = 0; i < frame.length; i++) {
      if (present[i] !== 1) continue;
      const id = this.#idOf(block, frame, i);
      if (id >= 0) block.put(id, values[i] ?? 0);
    }
    this.#window.finish(block, 'stale');
  }

  end(time: number): void {
    const block = this.#window.block('rule', this.#name, '');
    if (block.first === block.end) return;
    if (this.#window.begin(block, Math.max(time, block.lastTime + 1), this.#now()) !== undefined) return;
    this.#window.finish(block, 'stale');
    block.retired = true;
  }

  #idOf(block: Block, frame: Frame, position: number): number {
    const { records } = this.#window.store.columns;
    const known = this.#ids[position] ?? 0;
    if (this.#born[position] !== 0 && records[known * RECORD + BORN] === this.#born[position]) return known;
    const id = this.#window.series(block, frame.labels(position));
    if (id < 0) {
      this.#refuse('duplicate', 1);
      return -1;
    }
    this.#ids[position] = id;
    this.#born[position] = this.#window.store.columns.records[id * RECORD + BORN] ?? 0;
    return id;
  }

  #reserve(frame: Frame): void {
    if (this.#frame?.deref() !== frame || this.#epoch !== frame.epoch) {
      this.#born.fill(0);
      this.#frame = new WeakRef(frame);
      this.#epoch = frame.epoch;
    }
    if (frame.length <= this.#ids.length) return;
    const capacity = Math.ceil(frame.length * 1.25);
    const ids = new Int32Array(capacity);
    ids.set(this.#ids);
    this.#ids = ids;
    const born = new Int32Array(capacity);
    born.set(this.#born);
    this.#born = born;
  }
}

function countOf(present: Uint8Array, length: number): number {
  let count = 0;
  for (let i = 0; i < length; i++) count += present[i] ?? 0;
  return count;
}
