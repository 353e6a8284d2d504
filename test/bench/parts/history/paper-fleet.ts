import { METRIC_NAME, type Labels } from '../../../../src/model/labels.ts';
import { matchesAll, type Matcher } from '../../../../src/model/matcher.ts';
import type { Series, TimeRange } from '../../../../src/model/series.ts';
import type { CutSource } from '../../../../src/store/chunks/cut-chunk.ts';

/** A value by series and tick. */
export type Shape = (index: number, tick: number) => number;

/** What polls of a fleet give: states, counters, bytes, seconds in ms. */
export const FLEET: Readonly<Record<string, Shape>> = {
  paper_up: (index, tick) => (noise(index, tick) > 0.999 ? 0 : 1),
  paper_requests_total: (index, tick) => tick * (20 + (index % 7)) + Math.floor(60 * noise(index, tick)),
  paper_memory_bytes: (index, tick) => 6e8 + index * 1e5 + Math.floor(4096 * noise(index, tick)) * 4096,
  paper_ping_seconds: (index, tick) => Math.floor(20 + 40 * noise(index, tick)) / 1000,
};

/** From 0 to 1, always the same for the same numbers. */
function noise(index: number, tick: number): number {
  let hash = Math.imul(index + 1, 0x9e37_79b1) ^ Math.imul(tick + 1, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

function isOfName({ name }: Matcher): boolean {
  return name === METRIC_NAME;
}

export const RANDOM: Readonly<Record<string, Shape>> = { paper_random: () => Math.random() };

/** Series that exist on paper: their samples are made when a file is cut. Each tenant is polled at its own moment. */
export class PaperFleet implements CutSource {
  readonly #shapes: Readonly<Record<string, Shape>>;
  readonly #labels: readonly Labels[];
  readonly #intervalMs: number;
  readonly #begin: number;
  #times = new Float64Array();
  #values = new Float64Array();

  constructor(shapes: Readonly<Record<string, Shape>>, series: number, intervalMs: number, begin: number) {
    this.#begin = begin;
    this.#shapes = shapes;
    this.#intervalMs = intervalMs;
    this.#labels = Array.from({ length: series }, (_, i) => ({ tenant: `tenant-${i}`, region: `r${i % 5}` }));
  }

  metricNames(): Iterable<string> {
    return Object.keys(this.#shapes);
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    for (const [name, shape] of Object.entries(this.#shapes)) {
      // As the head does: what has another name costs nothing.
      if (!matchesAll(matchers.filter(isOfName), { [METRIC_NAME]: name })) continue;
      for (const [index, known] of this.#labels.entries()) {
        const labels = { [METRIC_NAME]: name, ...known };
        if (matchesAll(matchers, labels)) yield this.#series(labels, shape, index, range);
      }
    }
  }

  #series(labels: Labels, shape: Shape, index: number, { start, end }: TimeRange): Series {
    const interval = this.#intervalMs;
    const offset = (index * 7919) % interval;
    const first = Math.ceil((Math.max(start, this.#begin) - offset) / interval);
    const length = Math.max(0, Math.floor((end - offset) / interval) - first + 1);
    if (this.#times.length < length) {
      this.#times = new Float64Array(length);
      this.#values = new Float64Array(length);
    }
    for (let i = 0; i < length; i++) {
      const tick = first + i;
      // A timer is up to 3 ms late.
      this.#times[i] = tick * interval + offset + Math.floor(4 * noise(tick, index));
      this.#values[i] = shape(index, tick % 1e6);
    }
    return { labels, timestamps: this.#times.subarray(0, length), values: this.#values.subarray(0, length) };
  }
}
