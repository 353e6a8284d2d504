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

function extrapolate(
  { count, firstTime, firstValue, lastTime }: Edges,
  { start, end }: WindowBounds,
  change: number,
  isCounter: boolean,
  perSecond: boolean,
): number {
  const zero = isCounter ? zeroBefore(firstValue, change) : Number.POSITIVE_INFINITY;
  const factor = extrapolation(count, firstTime, lastTime, start, end, zero);
  return change * (perSecond ? factor / ((end - start) / 1000) : factor);
}

/** How long before its first sample a counter was zero that grew at this pace, in lengths of the sampled time. */
export function zeroBefore(firstValue: number, change: number): number {
  return change > 0 && firstValue >= 0 ? firstValue / change : Number.POSITIVE_INFINITY;
}

/**
 * What the change over the sampled time is multiplied with to be that over the window: it is extrapolated to the ends
 * where the first and last samples are near them, and never below zero for a counter (Prometheus `extrapolatedRate`).
 * @param zero as `zeroBefore`; times are in ms
 */
export function extrapolation(
  count: number,
  firstTime: number,
  lastTime: number,
  start: number,
  end: number,
  zero: number,
): number {
  const sampled = (lastTime - firstTime) / 1000;
  const average = sampled / (count - 1);
  const threshold = average * 1.1;
  let before = (firstTime - start) / 1000;
  let after = (end - lastTime) / 1000;
  if (before >= threshold) before = average / 2;
  before = Math.min(before, sampled * zero);
  if (after >= threshold) after = average / 2;
  return (sampled + before + after) / sampled;
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
