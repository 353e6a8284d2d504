import { ByteWriter } from '../../model/byte-codec.ts';
import type { Block } from './block.ts';
import type { HeadWindow } from './head-window.ts';
import type { LogRecord } from './log-record.ts';
import { birthRecord, blockRecord } from './log-replay.ts';
import { appendRecord } from './log-segment.ts';

/**
 * Writes down the blocks and series there are, a slice at a time. What happens to a block that is written down already
 * has to follow here; what happens to one that is not belongs to the segment before.
 */
export class DefinitionCopy {
  readonly #window: HeadWindow;
  readonly #out = new ByteWriter();
  readonly #blocks: Iterator<Block>;
  readonly #covered = new Set<Block>();
  done = false;

  constructor(window: HeadWindow) {
    this.#window = window;
    this.#blocks = window.blocks();
  }

  covers(block: Block): boolean {
    return this.done || this.#covered.has(block);
  }

  /** Goes on with the blocks of about `count` series. */
  advance(count: number): void {
    for (let left = count; left > 0 && !this.done; left--) {
      const next = this.#blocks.next();
      if (next.done === true) {
        this.record({ type: 'complete' });
        this.done = true;
        return;
      }
      this.#define(next.value);
      left -= next.value.series.length;
    }
  }

  record(record: LogRecord): void {
    appendRecord(record, this.#out);
  }

  take(): Uint8Array {
    return this.#out.take();
  }

  #define(block: Block): void {
    this.record(blockRecord(block));
    for (const id of block.series) this.record(birthRecord(this.#window, block, id, false));
    this.#covered.add(block);
  }
}
