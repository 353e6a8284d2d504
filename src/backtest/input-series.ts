import { Failure } from '../model/failure.ts';
import { labelsKey, type Labels } from '../model/labels.ts';
import type { MemorySeries } from '../promql/memory-series.ts';
import { parseLabels, parseValues, type NotedValue } from '../promql/series-notation.ts';

interface Input {
  readonly labels: Labels;
  readonly values: readonly NotedValue[];
  /** How many of them are loaded. */
  loaded: number;
}

/** The input series of a test, which appear sample by sample as its time passes: no rule sees the future. */
export class InputSeries {
  readonly #series: MemorySeries;
  readonly #interval: number;
  readonly #start: number;
  readonly #inputs = new Map<string, Input>();

  /** @param interval ms between values */
  constructor(series: MemorySeries, interval: number, start: number) {
    this.#series = series;
    this.#interval = interval;
    this.#start = start;
  }

  /** Of a series that is given twice the later counts. @throws Failure `invalid` */
  add(series: string, values: string): void {
    if (values.includes('{{')) throw new Failure('invalid', 'native histograms are not supported');
    const labels = parseLabels(series);
    this.#inputs.set(labelsKey(labels), { labels, values: parseValues(values), loaded: 0 });
  }

  /** The time of the last value, ms since the epoch; of no series the start. */
  get end(): number {
    const most = Math.max(1, ...Array.from(this.#inputs.values(), ({ values }) => values.length));
    return this.#start + (most - 1) * this.#interval;
  }

  /** Loads the samples up to `time` (ms since the epoch), which never goes back. */
  advance(time: number): void {
    const due = Math.floor((time - this.#start) / this.#interval) + 1;
    for (const input of this.#inputs.values()) {
      const { labels, values, loaded } = input;
      if (loaded >= Math.min(due, values.length)) continue;
      const from = this.#start + loaded * this.#interval;
      this.#series.load(labels, values.slice(loaded, due), this.#interval, from);
      input.loaded = Math.min(due, values.length);
    }
  }
}
