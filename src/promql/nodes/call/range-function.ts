import type { EdgeKernel, RangeFunction, RangeKernel } from '../../kernels/range-kernel.ts';
import { nameless, type Nameless } from '../labels/nameless.ts';
import type { RangeNode, ScalarNode, VectorNode, WindowBounds } from '../node.ts';
import type { PlanOptions } from '../plan.ts';
import { Row } from '../row.ts';

/** A function that turns the window of each series into one value. */
export function rangeFunctionNode(
  { kernel, edges, needsRise = false, keepsName = false }: RangeFunction,
  range: RangeNode,
  [first, second]: readonly ScalarNode[],
  { delayedNameRemoval }: PlanOptions,
): VectorNode {
  const result: Nameless = keepsName
    ? { frame: range.frame, verify: () => undefined }
    : nameless(range.frame, delayedNameRemoval);
  const row = new Row(result.frame);
  return {
    type: 'vector',
    frame: result.frame,
    at(time) {
      const parameters = [first?.at(time) ?? Number.NaN, second?.at(time) ?? Number.NaN] as const;
      const bounds = range.seek(time);
      row.begin();
      if (edges === undefined) fromWindows(row, range, bounds, kernel, parameters);
      else fromEdges(row, range, bounds, edges, needsRise ? kernel : undefined);
      result.verify(row.present);
      return row;
    },
  };
}

function fromWindows(
  row: Row,
  range: RangeNode,
  bounds: WindowBounds,
  kernel: RangeKernel,
  [first, second]: readonly [number, number],
): void {
  const { length } = range.frame;
  for (let position = 0; position < length; position++) {
    const window = range.window(position);
    const value = window && kernel(window, bounds, first, second);
    if (value !== undefined) row.set(position, value);
  }
}

/** @param exact what is asked where samples fall */
function fromEdges(
  row: Row,
  range: RangeNode,
  bounds: WindowBounds,
  ofEdges: EdgeKernel,
  exact: RangeKernel | undefined,
): void {
  const { length } = range.frame;
  for (let position = 0; position < length; position++) {
    const edges = range.edges(position);
    if (edges === undefined) continue;
    const isEnough = exact === undefined || edges.rises;
    const value = isEnough ? ofEdges(edges, bounds) : fromWindow(range, position, bounds, exact);
    if (value !== undefined) row.set(position, value);
  }
}

function fromWindow(
  range: RangeNode,
  position: number,
  bounds: WindowBounds,
  kernel: RangeKernel,
): number | undefined {
  const window = range.window(position);
  return window && kernel(window, bounds, Number.NaN, Number.NaN);
}
