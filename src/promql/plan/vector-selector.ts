import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { isStale, type Series, type TimeRange } from '../../model/series.ts';
import type { VectorSelector } from '../tree.ts';
import type { Vector } from '../value.ts';
import { VectorBuilder } from '../vector-builder.ts';
import { firstAfter } from '../columns.ts';
import type { Evaluation } from './evaluation.ts';
import type { VectorPlan } from './node.ts';
import { shifter } from './shift.ts';

/** A selector's plan; besides the values it can tell when they were observed (`timestamp()`). */
export interface SelectorPlan extends VectorPlan {
  /** The samples' own times, in seconds. */
  timesAt(time: number): Vector;
}

/** @param times the first and the last time at which the plan will be evaluated */
export function planSelector(
  selector: VectorSelector,
  evaluation: Evaluation,
  times: TimeRange,
): SelectorPlan {
  const shift = shifter(selector, evaluation);
  const { lookbackMs } = evaluation;
  const range = { start: shift(times.start) - lookbackMs, end: shift(times.end) };
  const read = (): Iterable<Series> => evaluation.select(selector.matchers, range);
  let kept: readonly Series[] | undefined;
  // What is looked at once is not kept.
  const isOnce = times.start === times.end;
  const pick = (time: number, valueOf: (series: Series, index: number) => number): Vector => {
    const builder = new VectorBuilder();
    const end = shift(time);
    for (const series of isOnce ? read() : (kept ??= keep(read(), evaluation))) {
      evaluation.spend(1);
      const index = currentIndex(series, end, lookbackMs);
      if (index >= 0) builder.add(series.labels, valueOf(series, index));
    }
    return builder.build();
  };
  return {
    type: 'vector',
    at: (time) => pick(time, ({ values }, index) => values[index] ?? Number.NaN),
    timesAt: (time) => pick(time, ({ timestamps }, index) => (timestamps[index] ?? Number.NaN) / 1000),
  };
}

function keep(found: Iterable<Series>, evaluation: Evaluation): readonly Series[] {
  return Array.from(found, ({ labels, timestamps, values }) => {
    evaluation.spend(values.length);
    // A slice keeps the bits of a stale marker.
    return { labels, timestamps: timestamps.slice(), values: values.slice() };
  });
}

/** The newest sample in the left-open lookback before `time`; -1 when there is none or the series has ended. */
function currentIndex({ timestamps, values }: Series, time: number, lookbackMs: number): number {
  const index = firstAfter(timestamps, time) - 1;
  if (index < 0 || (timestamps[index] ?? 0) <= time - lookbackMs) return -1;
  return isStale(values, index) ? -1 : index;
}

/** The labels an absent series would have: those its selector pins to one value. */
export function pinnedLabels(selector: VectorSelector): Labels {
  const labels: Record<string, string> = {};
  const seen = new Set<string>([METRIC_NAME]);
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !seen.has(name) && value !== '') labels[name] = value;
    else delete labels[name];
    seen.add(name);
  }
  return labels;
}
