import type { Edges, Window } from '../../model/selection.ts';
import type { WindowBounds } from '../nodes/node.ts';
import { beganAnewAt, increaseSinceStart } from './counter-starts.ts';
import { edgesOf } from './edges-of.ts';
import type { RangeFunction } from './range-kernel.ts';

/** `rate` and `increase`. Where no sample falls below the one before it, the ends of the window say it all. */
export function counterChange(perSecond: boolean): RangeFunction {
  return {
    kernel: (window, bounds) => {
      const change = changeWithResets(window);
      const sinceStart = increaseSinceStart(window, bounds, change, perSecond);
      if (sinceStart !== undefined) return sinceStart;
      return window.length < 2 ? undefined : extrapolate(edgesOf(window), bounds, change, true, perSecond);
    },
    edges: (edges, bounds) =>
      edges.count < 2
        ? undefined
        : extrapolate(edges, bounds, edges.lastValue - edges.firstValue, true, perSecond),
    needsRise: true,
  };
}

/** `delta`. */
export const gaugeChange: RangeFunction = {
  kernel: (window, bounds) => gaugeDelta(edgesOf(window), bounds),
  edges: gaugeDelta,
};

function gaugeDelta(edges: Edges, bounds: WindowBounds): number | undefined {
  if (edges.count < 2) return undefined;
  return extrapolate(edges, bounds, edges.lastValue - edges.firstValue, false, false);
}

/**
 * The change over the window, extrapolated to its ends where the first and last samples are near them, and never below
 * zero for a counter (Prometheus `extrapolatedRate`).
 */
function extrapolate(
  { count, firstTime, firstValue, lastTime }: Edges,
  bounds: WindowBounds,
  change: number,
  isCounter: boolean,
  perSecond: boolean,
): number {
  const sampled = (lastTime - firstTime) / 1000;
  const average = sampled / (count - 1);
  const threshold = average * 1.1;
  let before = (firstTime - bounds.start) / 1000;
  let after = (bounds.end - lastTime) / 1000;
  if (before >= threshold) before = average / 2;
  // A counter that grew at this pace was zero so long before the first sample.
  if (isCounter && change > 0 && firstValue >= 0) before = Math.min(before, sampled * (firstValue / change));
  if (after >= threshold) after = average / 2;
  let factor = (sampled + before + after) / sampled;
  if (perSecond) factor /= (bounds.end - bounds.start) / 1000;
  return change * factor;
}

function changeWithResets(window: Window): number {
  const { length, values } = window;
  let change = (values[length - 1] ?? 0) - (values[0] ?? 0);
  let previous = values[0] ?? 0;
  for (let i = 1; i < length; i++) {
    const value = values[i] ?? 0;
    if (value < previous || beganAnewAt(window, i)) change += previous;
    previous = value;
  }
  return change;
}

/** `irate` per second: between the last two samples, a reset counting from zero. */
export function instantRate(window: Window): number | undefined {
  const { length, timestamps, values } = window;
  const last = length - 1;
  if (last < 1) return undefined;
  const seconds = ((timestamps[last] ?? 0) - (timestamps[last - 1] ?? 0)) / 1000;
  if (seconds === 0) return undefined;
  const value = values[last] ?? 0;
  const previous = values[last - 1] ?? 0;
  const isReset = value < previous || beganAnewAt(window, last);
  return (isReset ? value : value - previous) / seconds;
}

/** `idelta`: the difference of the last two samples. */
export function instantDelta({ length, values }: Window): number | undefined {
  const last = length - 1;
  return last < 1 ? undefined : (values[last] ?? 0) - (values[last - 1] ?? 0);
}

/** How often the value changed; NaN to NaN is no change. */
export function changesOf({ length, values }: Window): number {
  let changes = 0;
  let previous = values[0] ?? 0;
  for (let i = 1; i < length; i++) {
    const value = values[i] ?? 0;
    if (value !== previous && (value === value || previous === previous)) changes++;
    previous = value;
  }
  return changes;
}

/** How often the value fell, or the counter began anew. */
export function resetsOf(window: Window): number {
  const { length, values } = window;
  let resets = 0;
  let previous = values[0] ?? 0;
  for (let i = 1; i < length; i++) {
    const value = values[i] ?? 0;
    if (value < previous || beganAnewAt(window, i)) resets++;
    previous = value;
  }
  return resets;
}
