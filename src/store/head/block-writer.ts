import type { Frame, Sparse } from '../../model/frame.ts';
import type { SeriesWriter } from '../../model/series-writer.ts';
import type { Block } from './block.ts';
import type { HeadSeries } from './head-series.ts';
import type { HeadWindow } from './head-window.ts';

/** What became of samples that were not taken: why, and how many. */
export type Refuse = (reason: 'future' | 'out_of_order' | 'duplicate', count: number) => void;

/** Writes values by position into a block of its own; remembers which series a position stands for. */
export class BlockWriter implements SeriesWriter {
  readonly #window: HeadWindow;
  readonly #name: string;
  readonly #now: () => number;
  readonly #refuse: Refuse;
  #series: (HeadSeries | undefined)[] = [];
  #epoch = Number.NaN;
  #frame: Frame | undefined;

  constructor(window: HeadWindow, name: string, now: () => number, refuse: Refuse) {
    this.#window = window;
    this.#name = name;
    this.#now = now;
    this.#refuse = refuse;
  }

  write(time: number, { frame, values, present }: Sparse): void {
    const block = this.#window.block('rule', this.#name, '');
    const refusal = this.#window.begin(block, time, this.#now());
    if (refusal !== undefined) return this.#refuse(refusal, frame.length);
    if (this.#frame !== frame || this.#epoch !== frame.epoch) this.#series = [];
    this.#frame = frame;
    this.#epoch = frame.epoch;
    for (let i = 0; i < frame.length; i++) if (present[i] === 1) this.#put(block, frame, i, values[i] ?? 0);
    this.#window.finish(block, 'stale');
  }

  end(time: number): void {
    const block = this.#window.block('rule', this.#name, '');
    if (block.first === block.end) return;
    if (this.#window.begin(block, Math.max(time, block.lastTime + 1), this.#now()) !== undefined) return;
    this.#window.finish(block, 'stale');
  }

  #put(block: Block, frame: Frame, position: number, value: number): void {
    let series = this.#series[position];
    if (series === undefined || series.removed) {
      series = this.#window.series(block, frame.labels(position));
      this.#series[position] = series;
    }
    if (series === undefined) this.#refuse('duplicate', 1);
    else block.put(series, value);
  }
}
