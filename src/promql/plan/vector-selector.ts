import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { isStale, type TimeRange } from '../../model/series.ts';
import type { VectorSelector } from '../tree.ts';
import type { Vector } from '../value.ts';
import { VectorBuilder } from '../vector-builder.ts';
import { firstAfter, type Column } from './columns.ts';
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
  let columns: readonly Column[] | undefined;
  const load = (): readonly Column[] => (columns ??= loadColumns(selector, evaluation, shift, times));
  const pick = (time: number, valueOf: (column: Column, index: number) => number): Vector => {
    const builder = new VectorBuilder(load().length);
    const end = shift(time);
    for (const column of load()) {
      const index = currentIndex(column, end, evaluation.lookbackMs);
      if (index >= 0) builder.add(column.labels, valueOf(column, index));
    }
    evaluation.spend(load().length);
    return builder.build();
  };
  return {
    type: 'vector',
    at: (time) => pick(time, (column, index) => column.values[index] ?? Number.NaN),
    timesAt: (time) => pick(time, (column, index) => (column.timestamps[index] ?? Number.NaN) / 1000),
  };
}

function loadColumns(
  selector: VectorSelector,
  evaluation: Evaluation,
  shift: (time: number) => number,
  times: TimeRange,
): readonly Column[] {
  const end = shift(times.end);
  const first = shift(times.start);
  const columns: Column[] = [];
  for (const series of evaluation.select(selector.matchers, { start: first - evaluation.lookbackMs, end })) {
    const { labels, timestamps, values } = series;
    // At a single time only the newest sample counts; a slice keeps the bits of a stale marker.
    const from = first === end ? firstAfter({ ...series, length: values.length }, end) - 1 : 0;
    if (from < 0) continue;
    const kept = { labels, timestamps: timestamps.slice(from), values: values.slice(from) };
    columns.push({ ...kept, length: kept.values.length });
    evaluation.spend(kept.values.length);
  }
  return columns;
}

/** The newest sample in the left-open lookback before `time`; -1 when there is none or the series has ended. */
function currentIndex(column: Column, time: number, lookbackMs: number): number {
  const index = firstAfter(column, time) - 1;
  if (index < 0 || (column.timestamps[index] ?? 0) <= time - lookbackMs) return -1;
  return isStale(column.values, index) ? -1 : index;
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
