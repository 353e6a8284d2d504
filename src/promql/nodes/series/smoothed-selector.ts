import { smoothedValue } from '../../kernels/extended-range.ts';
import type { VectorSelector } from '../../tree.ts';
import type { VectorNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import { Row } from '../row.ts';
import { shifter } from './shift.ts';

/** The value of each series on the line between the samples around the evaluation time. */
export function smoothedSelectorNode(selector: VectorSelector, { context, access, times }: Plan): VectorNode {
  const { lookbackMs } = context;
  const shift = shifter(selector, context);
  const around = (from: number, to: number): { start: number; end: number } => ({
    start: from - lookbackMs,
    end: to + lookbackMs,
  });
  const source = access(selector.matchers, times && around(shift(times.start), shift(times.end)), false);
  const row = new Row(source.frame);
  return {
    type: 'vector',
    frame: source.frame,
    at(time) {
      const moment = shift(time);
      const { start, end } = around(moment, moment);
      const selection = source.open({ start, end });
      selection.seek(start, end);
      context.spend(selection.length);
      row.begin();
      for (let position = 0; position < selection.length; position++) {
        const window = selection.window(position);
        if (window !== undefined && !source.isPaid) context.spend(window.length);
        const value = window && smoothedValue(window, moment);
        if (value !== undefined) row.set(position, value);
      }
      return row;
    },
  };
}
