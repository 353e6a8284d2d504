import type { Window } from '../plan/node.ts';
import type { RangeKernel } from './range-kernel.ts';

/**
 * `rate`, `increase` and `delta`: the change over the window, extrapolated to its ends where the first and last
 * samples are near them, and never below zero for a counter (Prometheus `extrapolatedRate`).
 */
export function extrapolated(isCounter: boolean, perSecond: boolean): RangeKernel {
  return (window, bounds) => {
    const { timestamps, values } = window;
    const count = values.length;
    if (count < 2) return undefined;
    const first = timestamps[0] ?? 0;
    const last = timestamps[count - 1] ?? 0;
    const change = isCounter ? counterChange(values) : (values[count - 1] ?? 0) - (values[0] ?? 0);
    const sampled = (last - first) / 1000;
    const average = sampled / (count - 1);
    const threshold = average * 1.1;
    let before = (first - bounds.start) / 1000;
    let after = (bounds.end - last) / 1000;
    if (before >= threshold) before = average / 2;
    if (isCounter) before = Math.min(before, secondsToZero(window, sampled, change) ?? before);
    if (after >= threshold) after = average / 2;
    let factor = (sampled + before + after) / sampled;
    if (perSecond) factor /= (bounds.end - bounds.start) / 1000;
    return change * factor;
  };
}

/** How long before the first sample a counter that grew at this pace was zero. */
function secondsToZero(window: Window, sampled: number, change: number): number | undefined {
  const first = window.values[0] ?? 0;
  return change > 0 && first >= 0 ? sampled * (first / change) : undefined;
}

function counterChange(values: Float64Array): number {
  let change = (values[values.length - 1] ?? 0) - (values[0] ?? 0);
  let previous = values[0] ?? 0;
  for (const value of values) {
    if (value < previous) change += previous;
    previous = value;
  }
  return change;
}

/** `irate` per second: between the last two samples, a reset counting from zero. */
export function instantRate({ timestamps, values }: Window): number | undefined {
  const last = values.length - 1;
  if (last < 1) return undefined;
  const seconds = ((timestamps[last] ?? 0) - (timestamps[last - 1] ?? 0)) / 1000;
  if (seconds === 0) return undefined;
  const value = values[last] ?? 0;
  const previous = values[last - 1] ?? 0;
  return (value < previous ? value : value - previous) / seconds;
}

/** `idelta`: the difference of the last two samples. */
export function instantDelta({ values }: Window): number | undefined {
  const last = values.length - 1;
  return last < 1 ? undefined : (values[last] ?? 0) - (values[last - 1] ?? 0);
}

/** How often the value changed; NaN to NaN is no change. */
export function changesOf({ values }: Window): number {
  let changes = 0;
  let previous = values[0] ?? Number.NaN;
  for (const value of values) {
    if (value !== previous && !(Number.isNaN(value) && Number.isNaN(previous))) changes++;
    previous = value;
  }
  return changes;
}

/** How often the value fell. */
export function resetsOf({ values }: Window): number {
  let resets = 0;
  let previous = values[0] ?? Number.NaN;
  for (const value of values) {
    if (value < previous) resets++;
    previous = value;
  }
  return resets;
}
