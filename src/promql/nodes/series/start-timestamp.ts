import { unwrap, type Expr } from '../../tree.ts';
import { mapValuesNode } from '../call/map-values.ts';
import { ListFrame } from '../frames.ts';
import type { VectorNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import { Row } from '../row.ts';
import { newestNode } from './selector.ts';

/**
 * `start_timestamp`: when the counter of each newest sample began, in seconds; 0 where its series knows starts and not
 * this one. As in Prometheus, nothing is known of what is computed.
 */
export function startTimestampNode([arg]: readonly Expr[], plan: Plan): VectorNode {
  const selector = arg && unwrap(arg);
  if (selector?.kind !== 'selector') return nothing();
  const { context } = plan;
  const { lookbackMs } = context;
  const starts = newestNode(selector, plan, (selection, end, row) => {
    selection.instant(end, lookbackMs, row.values, row.present);
    selection.seek(end - lookbackMs, end);
    for (let position = 0; position < selection.length; position++) {
      if (row.present[position] !== 1) continue;
      const window = selection.window(position);
      const start = window?.starts?.[window.length - 1];
      if (start === undefined) row.present[position] = 0;
      else row.set(position, Number.isNaN(start) ? 0 : start / 1000);
    }
  });
  return mapValuesNode((seconds) => seconds, starts, context);
}

function nothing(): VectorNode {
  const frame = new ListFrame();
  const row = new Row(frame);
  return {
    type: 'vector',
    frame,
    at() {
      row.begin();
      return row;
    },
  };
}
