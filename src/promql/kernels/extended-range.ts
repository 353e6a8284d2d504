import type { Window } from '../../model/selection.ts';
import { firstAfter } from '../columns.ts';
import type { WindowBounds } from '../nodes/node.ts';
import type { Extension } from '../tree.ts';
import type { RangeFunction, RangeKernel } from './range-kernel.ts';
import { changesOf, resetsOf } from './rate.ts';

/** What of a wider window belongs to a range, and what the series was worth at the ends of the range. */
interface Extended {
  /** Value at the start of the range. */
  readonly left: number;
  /** Value at its end. */
  readonly right: number;
  /** The first sample between the two. */
  readonly from: number;
  /** The one after the last. */
  readonly to: number;
}

const FUNCTIONS: Readonly<Record<Extension, Readonly<Record<string, RangeFunction>>>> = {
  anchored: {
    changes: { kernel: fromAnchor(changesOf) },
    delta: { kernel: change('anchored', false, false) },
    increase: { kernel: change('anchored', true, false) },
    rate: { kernel: change('anchored', true, true) },
    resets: { kernel: fromAnchor(resetsOf) },
  },
  smoothed: {
    delta: { kernel: change('smoothed', false, false) },
    increase: { kernel: change('smoothed', true, false) },
    rate: { kernel: change('smoothed', true, true) },
  },
};

/** The function over a window that reaches a lookback beyond its bounds; undefined for one that has no meaning there. */
export function extendedFunctionOf(name: string, extension: Extension): RangeFunction | undefined {
  const functions = FUNCTIONS[extension];
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** The names of the functions that an extended range may be given to, sorted. */
export function extendedFunctionNames(extension: Extension): readonly string[] {
  return Object.keys(FUNCTIONS[extension]).toSorted();
}

/** The samples of a range, and its ends as samples of their own; undefined when there are none to make them of. */
export function closedWindow(window: Window, bounds: WindowBounds, extension: Extension): Window | undefined {
  const extended = extend(window, bounds, extension, false);
  if (extended === undefined) return undefined;
  const { left, right, from, to } = extended;
  const timestamps = Float64Array.of(bounds.start, ...window.timestamps.subarray(from, to), bounds.end);
  const values = Float64Array.of(left, ...window.values.subarray(from, to), right);
  return { length: values.length, timestamps, values };
}

/**
 * The value of a series at a time, on the line between the samples around it: the last one where none follows,
 * undefined where none is before.
 */
export function smoothedValue({ length, timestamps, values }: Window, time: number): number | undefined {
  const after = firstAfter(timestamps, time, length);
  if (after === 0) return undefined;
  const isExact = after === length || timestamps[after - 1] === time;
  return isExact ? values[after - 1] : interpolate({ length, timestamps, values }, after - 1, time, false);
}

function change(extension: Extension, isCounter: boolean, perSecond: boolean): RangeKernel {
  return (window, bounds) => {
    const extended = extend(window, bounds, extension, isCounter);
    if (extended === undefined) return undefined;
    const { left, right } = extended;
    const total = right - left + (isCounter ? lostInResets(window.values, extended) : 0);
    return perSecond ? total / ((bounds.end - bounds.start) / 1000) : total;
  };
}

/** The same over the range's samples and the last one at or before its start. */
function fromAnchor(kernel: RangeKernel): RangeKernel {
  return (window, bounds, ...rest) => {
    const after = firstAfter(window.timestamps, bounds.start, window.length);
    if (after === window.length) return undefined;
    const from = Math.max(0, after - 1);
    const { length, timestamps, values, starts } = window;
    const anchored = {
      length: length - from,
      timestamps: timestamps.subarray(from),
      values: values.subarray(from),
      ...(starts && { starts: starts.subarray(from) }),
    };
    return kernel(anchored, bounds, ...rest);
  };
}

function extend(
  window: Window,
  { start, end }: WindowBounds,
  extension: Extension,
  isCounter: boolean,
): Extended | undefined {
  const { length, timestamps, values } = window;
  const isSmoothed = extension === 'smoothed';
  const time = (index: number): number => timestamps[index] ?? Number.NaN;
  // The sample that is the anchor, or the first of the range where there is none.
  const first = Math.max(0, firstAfter(timestamps, start, length - 1) - 1);
  const last = isSmoothed ? firstAtOrAfter(timestamps, end, length - 1) : length - 1;
  if (time(last) <= start || (isSmoothed && time(first) > end)) return undefined;
  const beginsBefore = isSmoothed && time(first) < start;
  const endsAfter = isSmoothed && last > 0 && time(last) > end;
  return {
    left: beginsBefore ? interpolate(window, first, start, isCounter) : (values[first] ?? Number.NaN),
    right: endsAfter ? interpolate(window, last - 1, end, isCounter) : (values[last] ?? Number.NaN),
    from: time(first) <= start ? first + 1 : first,
    to: time(last) >= end ? last : last + 1,
  };
}

/** What a counter had counted each time it fell, from one end of the range to the other. */
function lostInResets(values: Float64Array, { left, right, from, to }: Extended): number {
  let lost = 0;
  let previous = left;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? Number.NaN;
    if (value < previous) lost += previous;
    previous = value;
  }
  return right < previous ? lost + previous : lost;
}

/** On the line from the sample at `index` to the next one; a counter that fell began at zero. */
function interpolate(
  { timestamps, values }: Window,
  index: number,
  time: number,
  isCounter: boolean,
): number {
  const [t1, t2] = [timestamps[index] ?? 0, timestamps[index + 1] ?? 0];
  const next = values[index + 1] ?? Number.NaN;
  const sampled = values[index] ?? Number.NaN;
  const before = isCounter && next < sampled ? 0 : sampled;
  return before + ((next - before) * (time - t1)) / (t2 - t1);
}

function firstAtOrAfter(timestamps: Float64Array, time: number, length: number): number {
  const after = firstAfter(timestamps, time, length);
  return after > 0 && timestamps[after - 1] === time ? after - 1 : after;
}
