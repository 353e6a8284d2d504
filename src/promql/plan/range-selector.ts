import type { TimeRange } from '../../model/series.ts';
import type { RangeSelector } from '../tree.ts';
import type { Column } from '../columns.ts';
import { windowsOf } from './columns.ts';
import type { Evaluation } from './evaluation.ts';
import type { RangePlan } from './node.ts';
import { shifter } from './shift.ts';

/** @param times the first and the last time at which the plan will be evaluated */
export function planRange(range: RangeSelector, evaluation: Evaluation, times: TimeRange): RangePlan {
  const { selector, rangeMs } = range;
  const shift = shifter(selector, evaluation);
  const read = { start: shift(times.start) - rangeMs, end: shift(times.end) };
  let columns: readonly Column[] | undefined;
  return {
    type: 'matrix',
    at(time) {
      const end = shift(time);
      const start = end - rangeMs;
      columns ??= evaluation.samples(selector.matchers, read);
      return { start, end, windows: windowsOf(columns, start, end) };
    },
  };
}
