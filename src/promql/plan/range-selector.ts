import type { TimeRange } from '../../model/series.ts';
import type { RangeSelector } from '../tree.ts';
import { windowsOf, withoutStale, type Column } from './columns.ts';
import type { Evaluation } from './evaluation.ts';
import type { RangePlan } from './node.ts';
import { shifter } from './shift.ts';

/** @param times the first and the last time at which the plan will be evaluated */
export function planRange(range: RangeSelector, evaluation: Evaluation, times: TimeRange): RangePlan {
  const { selector, rangeMs } = range;
  const shift = shifter(selector, evaluation);
  let columns: readonly Column[] | undefined;
  const load = (): readonly Column[] => {
    const bounds = { start: shift(times.start) - rangeMs, end: shift(times.end) };
    return Array.from(evaluation.select(selector.matchers, bounds), ({ labels, timestamps, values }) => {
      evaluation.spend(values.length);
      return withoutStale(labels, timestamps, values);
    });
  };
  return {
    type: 'matrix',
    at(time) {
      const end = shift(time);
      const start = end - rangeMs;
      columns ??= load();
      return { start, end, windows: windowsOf(columns, start, end) };
    },
  };
}
