import type { Labels } from '../../model/labels.ts';
import type { Block } from './block.ts';
import { Ring } from './ring.ts';

/** One series of a block: a ring of values at the block's ticks, and which of them count. */
export class HeadSeries {
  readonly block: Block;
  /** Unique in its block and never used again. */
  readonly number: number;
  readonly labels: Labels;
  readonly values: Ring;
  /** The first tick with a value. */
  birth: number;
  /** The last tick with a value, -1 before the first. */
  last = -1;
  /** The last tick that somebody wrote a value or a stale marker at. */
  written = -1;
  /** After the last tick that a reader sees: a value, or the first stale marker behind it. */
  end = 0;
  /** No tick from here on is a gap. */
  gapEnd = 0;
  /** Marked stale since the last value. */
  stale = false;
  /** The last value, whatever came after it; carried forward where the block says so. */
  latest = Number.NaN;
  /** No longer in the head: whoever remembers the series must ask for a new one. */
  removed = false;

  constructor(block: Block, number: number, labels: Labels) {
    this.block = block;
    this.number = number;
    this.labels = labels;
    this.values = new Ring(block.times.capacity);
    this.birth = block.end;
  }

  /** Writes the value at `tick`. */
  put(tick: number, value: number): void {
    this.values.set(tick, value);
    // Markers behind values that have left the window end nothing: a reader does not see them.
    if (this.last < this.block.first) this.birth = tick;
    this.last = tick;
    this.written = tick;
    this.end = tick + 1;
    this.stale = false;
    this.latest = value;
  }

  /** The series has no sample at `tick`, and that means nothing. */
  skip(tick: number): void {
    this.values.setGap(tick);
    this.gapEnd = tick + 1;
  }

  /** The series was looked for at `tick` and is gone. */
  miss(tick: number): void {
    this.values.setStale(tick);
    // A marker behind values that have left the window would end nothing.
    if (!this.stale && this.last >= this.block.first) this.end = tick + 1;
    this.stale = true;
  }

  /** Forgets what was written at `end` and later. */
  rewind(end: number): void {
    this.last = this.birth < end ? Math.min(this.last, end - 1) : -1;
    this.birth = Math.min(this.birth, end);
    this.written = Math.min(this.written, end - 1);
    this.end = Math.min(this.end, end);
    this.gapEnd = Math.min(this.gapEnd, end);
  }
}
