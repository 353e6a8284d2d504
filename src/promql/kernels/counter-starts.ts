import type { Window } from '../../model/selection.ts';
import type { WindowBounds } from '../nodes/node.ts';

/**
 * Whether a counter began anew between two samples, by what their source says of its starts (ms, NaN where it is not
 * known). A start at the time of the sample before it is that of a delta, unless that sample did not know its own
 * (Prometheus `isStartTimestampReset`).
 */
export function beganAnew(startBefore: number, timeBefore: number, start: number, time: number): boolean {
  if (!(start < time) || start < timeBefore) return false;
  return start > timeBefore || startBefore < timeBefore;
}

/** `beganAnew` of the sample at `index` and the one before it. */
export function beganAnewAt({ timestamps, starts }: Window, index: number): boolean {
  if (starts === undefined) return false;
  const [startBefore, start] = [starts[index - 1] ?? Number.NaN, starts[index] ?? Number.NaN];
  return beganAnew(startBefore, timestamps[index - 1] ?? Number.NaN, start, timestamps[index] ?? Number.NaN);
}

/**
 * The increase of a counter that began within the range: it was zero there, so nothing is extrapolated to the left.
 * @param change over the samples, resets taken into account
 * @param perSecond whether it is divided by the length of the range
 * @returns undefined when the first sample does not know its start, or knows one outside of the range
 */
export function increaseSinceStart(
  window: Window,
  bounds: WindowBounds,
  change: number,
  perSecond: boolean,
): number | undefined {
  const { length, timestamps, values, starts } = window;
  const start = starts?.[0] ?? Number.NaN;
  const first = timestamps[0] ?? 0;
  if (!(start > bounds.start && start < first)) return undefined;
  const last = timestamps[length - 1] ?? 0;
  const average = length < 2 ? 0 : (last - first) / 1000 / (length - 1);
  const sampled = (last - start) / 1000;
  let after = (bounds.end - last) / 1000;
  if (after >= average * 1.1) after = average / 2;
  let factor = (sampled + after) / sampled;
  if (perSecond) factor /= (bounds.end - bounds.start) / 1000;
  return (change + (values[0] ?? 0)) * factor;
}
