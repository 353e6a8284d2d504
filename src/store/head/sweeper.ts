import type { Block } from './block.ts';
import type { HeadWindow } from './head-window.ts';

/** How much one call may do, in series looked at: about 2 ms. A series that is removed counts for more. */
const BUDGET = 60_000;
const REMOVAL = 40;

/** Drops series that have left their window, a slice at a time. */
export class Sweeper {
  readonly #window: HeadWindow;
  #blocks: Iterator<Block> | undefined;
  /** The block that was too much for the last call. */
  #unfinished: Block | undefined;

  constructor(window: HeadWindow) {
    this.#window = window;
  }

  /** Sweeps up to `count` blocks, going on where the last call ended; Infinity for all, however long it takes. */
  sweep(now: number, count: number): void {
    let budget = Number.isFinite(count) ? BUDGET : Number.POSITIVE_INFINITY;
    for (let i = 0; i < count && budget > 0; i++) {
      const block = this.#unfinished ?? this.#next();
      if (block === undefined) return;
      budget -= this.#sweepBlock(block, now, budget);
    }
  }

  #next(): Block | undefined {
    this.#blocks ??= this.#window.blocks();
    const next = this.#blocks.next();
    if (next.done !== true) return next.value;
    this.#blocks = undefined;
    return undefined;
  }

  /** Returns what it cost. */
  #sweepBlock(block: Block, now: number, budget: number): number {
    block.evict(now - block.windowMs);
    const size = block.series.length;
    let removals = 0;
    block.series.filter((id) => {
      if (removals * REMOVAL > budget || !block.isOver(now, id)) return true;
      this.#window.remove(id);
      removals++;
      return false;
    });
    this.#unfinished = removals * REMOVAL > budget ? block : undefined;
    if (removals > 0) {
      block.forgetRows();
      block.forgetWindow();
    }
    block.shrink(now);
    if (block.series.length === 0 && block.first === block.end) {
      this.#window.drop(block);
      this.#unfinished = undefined;
    }
    return size + removals * REMOVAL;
  }
}
