import type { Edges } from '../../../model/selection.ts';
import type { EdgeKernel, RangeKernel } from '../../kernels/range-kernel.ts';
import type { Samples } from '../range-source.ts';
import type { StepKernel, StepWindows } from './step-kernel.ts';

/** The kernel of one window, asked at every step: exact for all functions, and as slow as that. */
export function windowKernel(kernel: RangeKernel): StepKernel {
  return (samples, windows, { values, present }, first, second) => {
    const bounds = { time: windows.time, start: windows.end - windows.rangeMs, end: windows.end };
    for (let step = 0; step < windows.count; step++) {
      const from = windows.from[step] ?? 0;
      const to = windows.to[step] ?? 0;
      if (from < to) {
        const window = cut(samples, from, to);
        const value = kernel(window, bounds, first[step] ?? Number.NaN, second[step] ?? Number.NaN);
        if (value !== undefined) {
          values[step] = value;
          present[step] = 1;
        }
      }
      advance(bounds, windows);
    }
  };
}

/** The kernel of the two ends of a window. */
export function edgeKernel(ofEdges: EdgeKernel): StepKernel {
  const edges = { count: 0, firstTime: 0, firstValue: 0, lastTime: 0, lastValue: 0, rises: true };
  return (samples, windows, { values, present }) => {
    const bounds = { time: windows.time, start: windows.end - windows.rangeMs, end: windows.end };
    for (let step = 0; step < windows.count; step++) {
      const from = windows.from[step] ?? 0;
      const last = (windows.to[step] ?? 0) - 1;
      if (from <= last) {
        const value = ofEdges(between(samples, from, last, edges), bounds);
        if (value !== undefined) {
          values[step] = value;
          present[step] = 1;
        }
      }
      advance(bounds, windows);
    }
  };
}

function between(
  { timestamps, values }: Samples,
  from: number,
  last: number,
  edges: { -readonly [K in keyof Edges]: Edges[K] },
): Edges {
  edges.count = last - from + 1;
  edges.firstTime = timestamps[from] ?? 0;
  edges.firstValue = values[from] ?? 0;
  edges.lastTime = timestamps[last] ?? 0;
  edges.lastValue = values[last] ?? 0;
  return edges;
}

/** The samples of a window, which are not copied. */
export function cut({ timestamps, values, starts }: Samples, from: number, to: number): Samples {
  const window = {
    length: to - from,
    timestamps: timestamps.subarray(from, to),
    values: values.subarray(from, to),
  };
  return starts === undefined ? window : { ...window, starts: starts.subarray(from, to) };
}

function advance(
  bounds: { time: number; start: number; end: number },
  { step, stride, rangeMs }: StepWindows,
): void {
  bounds.time += step;
  bounds.end += stride;
  bounds.start = bounds.end - rangeMs;
}
