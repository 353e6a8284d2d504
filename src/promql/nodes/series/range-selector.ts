import type { Selection } from '../../../model/selection.ts';
import type { RangeSelector } from '../../tree.ts';
import type { RangeNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import { shifter } from './shift.ts';

/**
 * The samples of each series in a range that ends at the evaluation time. Of an extended range the windows reach
 * beyond the bounds that `seek` names: a lookback to the left, in a smoothed one to the right as well.
 */
export function rangeSelectorNode({ selector, rangeMs }: RangeSelector, plan: Plan): RangeNode {
  const { context, access, times } = plan;
  const shift = shifter(selector, context);
  const { extension } = selector;
  const before = rangeMs + (extension === undefined ? 0 : context.lookbackMs);
  const after = extension === 'smoothed' ? context.lookbackMs : 0;
  const range = times && { start: shift(times.start) - before, end: shift(times.end) + after };
  const source = access(selector.matchers, range, false);
  let selection: Selection | undefined;
  return {
    type: 'matrix',
    frame: source.frame,
    seek(time) {
      const end = shift(time);
      selection = source.open({ start: end - before, end: end + after });
      selection.seek(end - before, end + after);
      context.spend(selection.length);
      return { time, start: end - rangeMs, end };
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
