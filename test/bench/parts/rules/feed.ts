import { ColumnBatch } from '../../../../src/model/column-batch.ts';
import type { GaugeDataset } from '../../../../src/model/dataset.ts';
import type { Head } from '../../../../src/store/head/head.ts';
import { page, tenantName } from './workload.ts';

const HELP = 'Of the benchmark.';
const DIMENSIONS = ['code', 'le', 'state', 'region', 'version'];

/** Not as `defineDataset` wants it: the counters of a histogram are rows of a page here. */
export const benchDataset: GaugeDataset = {
  kind: 'gauge',
  name: 'bench',
  help: HELP,
  dimensions: Object.fromEntries(DIMENSIONS.map((name) => [name, { help: HELP }])),
  metrics: Object.fromEntries(
    [...new Set(page(0, 0).flatMap(({ values }) => Object.keys(values)))].map((name) => [
      name,
      { type: name.endsWith('_total') ? 'counter' : 'gauge', unit: 'none', help: HELP },
    ]),
  ),
};

/** Polls a fleet that exists on paper, one batch a tenant, as the poller hands them to the head. */
export class Feed {
  readonly #head: Head;
  readonly #lives: Int32Array;
  readonly #batch = new ColumnBatch();
  /** CPU-free wall time that the head took, ms. */
  headMs = 0;

  constructor(head: Head, tenants: number) {
    this.#head = head;
    this.#lives = new Int32Array(tenants);
  }

  /** All tenants at a tick, or a slice of them; each answers at its own moment of the interval. */
  poll(tick: number, start: number, intervalMs: number, slice = 0, slices = 1): void {
    for (let index = slice; index < this.#lives.length; index += slices) {
      const time = start + Math.floor(((index % 1000) / 1000) * intervalMs);
      const tenant = tenantName(index, this.#lives[index]);
      for (const { labels, values } of page(index, tick))
        this.#batch.add({ dataset: benchDataset, time, dimensions: labels, values }, tenant);
      const began = performance.now();
      this.#head.ingest(this.#batch, time, {
        source: `bench:${tenant}`,
        complete: { tenant, datasets: [benchDataset] },
      });
      this.headMs += performance.now() - began;
      this.#batch.clear();
    }
  }

  /** Removes `count` tenants, going on where it stopped, and lets others come in their place. */
  replace(from: number, count: number): void {
    for (let at = 0; at < count; at++) {
      const index = (from + at) % this.#lives.length;
      this.#head.removeTenant(tenantName(index, this.#lives[index]));
      this.#lives[index] = (this.#lives[index] ?? 0) + 1;
    }
  }
}
