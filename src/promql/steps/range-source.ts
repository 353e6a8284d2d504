import { isStale, type Series } from '../../model/series.ts';
import type { PlanFrame } from '../nodes/frames.ts';
import type { RangeSelector } from '../tree.ts';
import { isOfOneMetric, type Demand } from './demand.ts';
import { lookTimes, type LookTimes } from './look-times.ts';
import { SeriesFrame } from './series-frame.ts';
import type { StepPlan, StepRange } from './step-node.ts';

/** The samples of one series, stale markers left out: the first `length` of parallel columns, good until the next series. */
export interface Samples {
  readonly length: number;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly starts?: Float64Array;
}

/** Where range functions have their windows from: of each step `(moment - rangeMs, moment]`. */
export interface RangeSource {
  readonly frame: PlanFrame;
  readonly rangeMs: number;
  /** Calls `visit` for each series that has samples. @param demand of series that may be left out */
  read(range: StepRange, visit: Visit, demand?: Demand): void;
}

export type Visit = (position: number, samples: Samples, times: LookTimes) => void;

/** A range selector that is neither anchored nor smoothed. */
export function selectedSource({ selector, rangeMs }: RangeSelector, plan: StepPlan): RangeSource {
  const { context, reader } = plan;
  const known = new SeriesFrame();
  const live = new LiveSamples();
  return {
    frame: known.frame,
    rangeMs,
    read(range, visit, demand) {
      const asked = isOfOneMetric(selector.matchers) ? demand : undefined;
      const times = lookTimes(selector, range, context);
      known.begin();
      context.check();
      for (const series of reader.select(selector.matchers, {
        start: times.first - rangeMs,
        end: times.last,
      })) {
        context.spend(series.values.length);
        const position = known.positionOf(series.labels);
        if (asked?.wants(series.labels) !== false) visit(position, live.of(series), times);
      }
    },
  };
}

/** Leaves out stale markers; what has none is not copied. */
class LiveSamples {
  #timestamps = new Float64Array(0);
  #values = new Float64Array(0);

  of(series: Series): Samples {
    const { timestamps, values, starts } = series;
    const { length } = values;
    const first = firstStale(values);
    if (first === length) return { length, timestamps, values, ...(starts && { starts }) };
    if (this.#values.length < length) {
      this.#timestamps = new Float64Array(length * 2);
      this.#values = new Float64Array(length * 2);
    }
    const kept: number[] = [];
    let live = 0;
    for (let i = 0; i < length; i++) {
      const value = values[i] ?? 0;
      if (value !== value && isStale(values, i)) continue;
      this.#timestamps[live] = timestamps[i] ?? 0;
      this.#values[live++] = value;
      if (starts !== undefined) kept.push(starts[i] ?? Number.NaN);
    }
    const samples = { length: live, timestamps: this.#timestamps, values: this.#values };
    return starts === undefined ? samples : { ...samples, starts: Float64Array.from(kept) };
  }
}

function firstStale(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value !== value && isStale(values, i)) return i;
  }
  return values.length;
}
