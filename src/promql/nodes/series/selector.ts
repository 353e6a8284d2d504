import type { VectorSelector } from '../../tree.ts';
import type { VectorNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import { Row } from '../row.ts';
import type { SeriesSource } from './series-access.ts';
import { shifter } from './shift.ts';

/** The newest sample of each series at the evaluation time. */
export function selectorNode(selector: VectorSelector, plan: Plan): VectorNode {
  const { context } = plan;
  const { lookbackMs } = context;
  const shift = shifter(selector, context);
  const source = selectorSource(selector, plan);
  const row = new Row(source.frame);
  return {
    type: 'vector',
    frame: source.frame,
    at(time) {
      const end = shift(time);
      const selection = source.open({ start: end - lookbackMs, end });
      context.spend(selection.length);
      row.begin();
      selection.instant(end, lookbackMs, row.values, row.present);
      return row;
    },
  };
}

/** The samples' own times instead of their values, in seconds. */
export function sampleTimesNode(selector: VectorSelector, plan: Plan): VectorNode {
  const { context } = plan;
  const { lookbackMs } = context;
  const shift = shifter(selector, context);
  const source = selectorSource(selector, plan);
  const row = new Row(source.frame);
  let values = new Float64Array(0);
  return {
    type: 'vector',
    frame: source.frame,
    at(time) {
      const end = shift(time);
      const selection = source.open({ start: end - lookbackMs, end });
      context.spend(selection.length);
      row.begin();
      if (values.length < row.values.length) values = new Float64Array(row.values.length);
      selection.instant(end, lookbackMs, values, row.present, row.values);
      for (let i = 0; i < selection.length; i++) row.values[i] = (row.values[i] ?? 0) / 1000;
      return row;
    },
  };
}

/** Where a selector of the newest samples has its series from. */
export function selectorSource(selector: VectorSelector, { context, access, times }: Plan): SeriesSource {
  const shift = shifter(selector, context);
  const range = times && { start: shift(times.start) - context.lookbackMs, end: shift(times.end) };
  return access(selector.matchers, range, times === undefined || times.start === times.end);
}
