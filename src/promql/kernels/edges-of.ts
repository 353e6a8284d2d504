import type { Edges, Window } from '../../model/selection.ts';

/** The ends of a window that is there in full; whether it rises was not looked at. */
export function edgesOf({ length, timestamps, values }: Window): Edges {
  return {
    count: length,
    firstTime: timestamps[0] ?? 0,
    firstValue: values[0] ?? 0,
    lastTime: timestamps[length - 1] ?? 0,
    lastValue: values[length - 1] ?? 0,
    rises: false,
  };
}
