import type { Block } from './block.ts';
import { MetricTable, type MetricWindows } from './metric-windows.ts';
import { SeriesColumns } from './series-columns.ts';
import { SeriesValues } from './series-values.ts';
import type { Slab } from './slab.ts';
import { BLOCK_RECORD, type BlockColumns } from './time-ring.ts';

/** All that is kept of series and their blocks, as columns. */
export class SeriesStore implements BlockColumns {
  readonly columns = new SeriesColumns();
  readonly metrics: MetricTable;
  readonly values: SeriesValues;
  /** By number of the block. */
  readonly blocks: (Block | undefined)[] = [];
  blockRecords = new Int32Array(64 * BLOCK_RECORD);
  /** By number of the block: changes with each of its ticks, and never back. */
  versions = new Int32Array(64);
  readonly #unused: number[] = [];

  constructor(windows: MetricWindows) {
    this.metrics = new MetricTable(windows);
    this.values = new SeriesValues(this.columns, this.metrics);
  }

  get slab(): Slab {
    return this.values.slab;
  }

  /** A number for a new block. */
  takeIndex(): number {
    const index = this.#unused.pop() ?? this.blocks.push(undefined) - 1;
    if (index >= this.versions.length) {
      const versions = new Int32Array(index * 2);
      versions.set(this.versions);
      this.versions = versions;
      const records = new Int32Array(index * 2 * BLOCK_RECORD);
      records.set(this.blockRecords);
      this.blockRecords = records;
    }
    this.blockRecords.fill(0, index * BLOCK_RECORD, (index + 1) * BLOCK_RECORD);
    return index;
  }

  releaseIndex(index: number): void {
    this.blocks[index] = undefined;
    this.touch(index);
    this.#unused.push(index);
  }

  /** The ticks of a block have changed. */
  touch(index: number): void {
    this.versions[index] = (this.versions[index] ?? 0) + 1;
  }
}
