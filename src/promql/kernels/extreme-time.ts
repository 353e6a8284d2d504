import type { Window } from '../../model/selection.ts';

/** `ts_of_max_over_time` (sign 1) and `ts_of_min_over_time` (-1): when the extreme was there last, in seconds. */
export function extremeTime({ length, timestamps, values }: Window, sign: 1 | -1): number {
  let extreme = values[0] ?? Number.NaN;
  let at = 0;
  for (let i = 1; i < length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(extreme) || sign * value >= sign * extreme) {
      extreme = value;
      at = i;
    }
  }
  return (timestamps[at] ?? Number.NaN) / 1000;
}
