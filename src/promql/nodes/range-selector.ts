import type { Selection } from '../../model/selection.ts';
import type { RangeSelector } from '../tree.ts';
import type { RangeNode } from './node.ts';
import type { Plan } from './plan.ts';
import { shifter } from './shift.ts';

/** The samples of each series in a range that ends at the evaluation time. */
export function rangeSelectorNode({ selector, rangeMs }: RangeSelector, plan: Plan): RangeNode {
  const { context, access, times } = plan;
  const shift = shifter(selector, context);
  const range = times && { start: shift(times.start) - rangeMs, end: shift(times.end) };
  const source = access(selector.matchers, range, false);
  let selection: Selection | undefined;
  return {
    type: 'matrix',
    frame: source.frame,
    seek(time) {
      const end = shift(time);
      const start = end - rangeMs;
      selection = source.open({ start, end });
      selection.seek(start, end);
      context.spend(selection.length);
      return { time, start, end };
    },
    window(position) {
      const window = selection?.window(position);
      if (window !== undefined && !source.isPaid) context.spend(window.length);
      return window;
    },
    edges(position) {
      const edges = selection?.edges(position);
      if (edges !== undefined && !source.isPaid) context.spend(edges.count);
      return edges;
    },
  };
}
