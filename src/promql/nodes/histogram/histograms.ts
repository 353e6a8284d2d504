import type { Buckets } from '../../kernels/bucket-math.ts';
import type { Instant } from '../node.ts';
import { FloatScratch } from '../scratch.ts';
import type { HistogramLayout } from './histogram-layout.ts';

/** Reads one histogram after the other into the same arrays. */
export class Histograms implements Buckets {
  length = 0;
  bounds: Float64Array = new Float64Array(0);
  counts: Float64Array = new Float64Array(0);
  readonly #layout: HistogramLayout;
  readonly #bounds = new FloatScratch();
  readonly #counts = new FloatScratch();

  constructor(layout: HistogramLayout) {
    this.#layout = layout;
  }

  /** Buckets with the same bound are added up. @returns false when none of the histogram's buckets is present */
  read(group: number, { values, present }: Instant): boolean {
    const { positions, bounds, starts, lengths, longest } = this.#layout;
    const start = starts.values[group] ?? 0;
    const end = start + (lengths.values[group] ?? 0);
    this.bounds = this.#bounds.take(longest);
    this.counts = this.#counts.take(longest);
    let last = -1;
    for (let index = start; index < end; index++) {
      const position = positions.values[index] ?? 0;
      if (present[position] !== 1) continue;
      const bound = bounds[index] ?? 0;
      const count = values[position] ?? 0;
      if (last >= 0 && this.bounds[last] === bound) this.counts[last] = (this.counts[last] ?? 0) + count;
      else {
        last++;
        this.bounds[last] = bound;
        this.counts[last] = count;
      }
    }
    this.length = last + 1;
    return last >= 0;
  }
}
