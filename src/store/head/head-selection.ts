import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Edges, Selection, Window } from '../../model/selection.ts';
import { isStale } from '../../model/series.ts';
import { isGap } from './gap.ts';
import type { HeadSeries } from './head-series.ts';
import type { SeriesIndex } from './series-index.ts';

/** Series of the head that satisfy matchers, followed over time. */
export class HeadSelection implements Selection {
  epoch = 0;
  readonly #index: SeriesIndex;
  readonly #matchers: readonly Matcher[];
  #series: HeadSeries[] = [];
  #known = new Set<HeadSeries>();
  #births = -1;
  #range = { start: 0, end: 0 };
  readonly #window = { length: 0, timestamps: new Float64Array(64), values: new Float64Array(64) };

  constructor(index: SeriesIndex, matchers: readonly Matcher[]) {
    this.#index = index;
    this.#matchers = matchers;
  }

  get length(): number {
    return this.#series.length;
  }

  labels(position: number): Labels {
    return this.#series[position]?.labels ?? { [METRIC_NAME]: '' };
  }

  refresh(): void {
    if (this.#births === this.#index.births) return;
    this.#births = this.#index.births;
    const live = this.#series.filter((series) => !series.removed);
    if (live.length * 2 < this.#series.length) {
      this.epoch++;
      this.#series = live;
      this.#known = new Set(live);
    }
    for (const series of this.#index.select(this.#matchers)) {
      if (this.#known.has(series)) continue;
      this.#known.add(series);
      this.#series.push(series);
    }
  }

  instant(
    time: number,
    lookbackMs: number,
    values: Float64Array,
    present: Uint8Array,
    timestamps?: Float64Array,
  ): void {
    this.seek(time - lookbackMs, time);
    for (const [i, series] of this.#series.entries()) {
      const { from, to } = this.#ticks(series);
      let tick = to - 1;
      while (tick >= from && isGap(...series.values.slot(tick))) tick--;
      present[i] = tick < from || isStale(...series.values.slot(tick)) ? 0 : 1;
      values[i] = series.values.get(tick);
      if (timestamps !== undefined) timestamps[i] = series.block.times.get(tick);
    }
  }

  seek(start: number, end: number): void {
    this.#range = { start, end };
  }

  window(position: number): Window | undefined {
    const series = this.#series[position];
    if (series === undefined) return undefined;
    const window = this.#window;
    const { from, to } = this.#ticks(series);
    if (to - from > window.values.length) {
      window.timestamps = new Float64Array((to - from) * 2);
      window.values = new Float64Array((to - from) * 2);
    }
    window.length = 0;
    for (let tick = from; tick < to; tick++) {
      const slot = series.values.slot(tick);
      if (isGap(...slot) || isStale(...slot)) continue;
      window.timestamps[window.length] = series.block.times.get(tick);
      window.values[window.length++] = series.values.get(tick);
    }
    return window.length === 0 ? undefined : window;
  }

  edges(position: number): Edges | undefined {
    const window = this.window(position);
    if (window === undefined) return undefined;
    const { length: count, timestamps, values } = window;
    let rises = true;
    for (let i = 1; i < count; i++) rises &&= (values[i] ?? 0) >= (values[i - 1] ?? 0);
    const last = count - 1;
    const first = { firstTime: timestamps[0] ?? 0, firstValue: values[0] ?? 0 };
    return { count, ...first, lastTime: timestamps[last] ?? 0, lastValue: values[last] ?? 0, rises };
  }

  #ticks(series: HeadSeries): { from: number; to: number } {
    if (series.removed) return { from: 0, to: 0 };
    // Times are whole milliseconds or fractions of them; the range is open on its left.
    const { start, end } = this.#range;
    const ticks = series.block.ticksIn({ start, end });
    const from = Math.max(ticks.from, series.birth);
    const isOpen = from < ticks.to && series.block.times.get(from) === start;
    return { from: isOpen ? from + 1 : from, to: Math.min(ticks.to, series.end) };
  }
}
