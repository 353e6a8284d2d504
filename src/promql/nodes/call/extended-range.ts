import { Failure } from '../../../model/failure.ts';
import { edgesOf } from '../../kernels/edges-of.ts';
import { closedWindow, extendedFunctionNames, extendedFunctionOf } from '../../kernels/extended-range.ts';
import { unwrap, type Call, type Extension, type RangeSelector } from '../../tree.ts';
import type { RangeNode, VectorNode, WindowBounds } from '../node.ts';
import type { Plan } from '../plan.ts';
import { rangeSelectorNode } from '../series/range-selector.ts';
import { rangeFunctionNode } from './range-function.ts';

/** The node of a function of an `anchored` or `smoothed` range; undefined when it is given none. @throws Failure `invalid` */
export function extendedCallNode({ name, args }: Call, plan: Plan): VectorNode | undefined {
  for (const range of args.map(unwrap)) {
    const extension = range.kind === 'range' ? range.selector.extension : undefined;
    if (range.kind !== 'range' || extension === undefined) continue;
    const rangeFunction = extendedFunctionOf(name, extension);
    if (rangeFunction === undefined) throw refusal(name, extension);
    return rangeFunctionNode(rangeFunction, rangeSelectorNode(range, plan), [], plan.context);
  }
  return undefined;
}

function refusal(name: string, extension: Extension): Failure {
  const names = extendedFunctionNames(extension).join(', ');
  return new Failure('invalid', `${extension} modifier can only be used with: ${names} - not with ${name}`);
}

/** A range that stands alone: its samples, and in an extended one its ends as samples. */
export function closedRangeNode(selector: RangeSelector, plan: Plan): RangeNode {
  const range = rangeSelectorNode(selector, plan);
  const { extension } = selector.selector;
  if (extension === undefined) return range;
  let bounds: WindowBounds | undefined;
  const window: RangeNode['window'] = (position) => {
    const wide = range.window(position);
    return wide && bounds && closedWindow(wide, bounds, extension);
  };
  return {
    type: 'matrix',
    frame: range.frame,
    seek: (time) => (bounds = range.seek(time)),
    window,
    edges(position) {
      const closed = window(position);
      return closed && edgesOf(closed);
    },
  };
}
