import type { Selection } from '../../../model/selection.ts';
import type { VectorSelector } from '../../tree.ts';
import type { VectorNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import { Row } from '../row.ts';
import { shifter } from './shift.ts';

/** The newest sample of each series at the evaluation time. */
export function selectorNode(selector: VectorSelector, plan: Plan): VectorNode {
  const { lookbackMs } = plan.context;
  return newestNode(selector, plan, (selection, end, row) => {
    selection.instant(end, lookbackMs, row.values, row.present);
  });
}

/** The samples' own times instead of their values, in seconds. */
export function sampleTimesNode(selector: VectorSelector, plan: Plan): VectorNode {
  const { lookbackMs } = plan.context;
  let values = new Float64Array(0);
  return newestNode(selector, plan, (selection, end, row) => {
    if (values.length < row.values.length) values = new Float64Array(row.values.length);
    selection.instant(end, lookbackMs, values, row.present, row.values);
    for (let i = 0; i < selection.length; i++) row.values[i] = (row.values[i] ?? 0) / 1000;
  });
}

/**
 * Something of the newest sample of each series.
 * @param read writes it to `row`, which is empty, for the lookback that ends at `end` (ms)
 */
export function newestNode(
  selector: VectorSelector,
  { context, access, times }: Plan,
  read: (selection: Selection, end: number, row: Row) => void,
): VectorNode {
  const { lookbackMs } = context;
  const shift = shifter(selector, context);
  const range = times && { start: shift(times.start) - lookbackMs, end: shift(times.end) };
  const source = access(selector.matchers, range, times === undefined || times.start === times.end);
  const row = new Row(source.frame);
  return {
    type: 'vector',
    frame: source.frame,
    at(time) {
      const end = shift(time);
      const selection = source.open({ start: end - lookbackMs, end });
      context.spend(selection.length);
      row.begin();
      read(selection, end, row);
      return row;
    },
  };
}
