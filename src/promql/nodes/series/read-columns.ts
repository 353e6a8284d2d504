import { isStale, type Series } from '../../../model/series.ts';
import type { ReadColumn } from './column-windows.ts';

/** A copy of a series' samples, which its reader may overwrite. */
export function copySeries({ labels, timestamps, values, starts }: Series): ReadColumn {
  return {
    labels,
    timestamps: timestamps.slice(),
    // A slice keeps the bits of a stale marker.
    values: values.slice(),
    length: values.length,
    ...trendOf(values),
    ...(starts === undefined ? {} : { starts: starts.slice(), rises: false }),
  };
}

/** A copy of the newest sample alone. */
export function copyNewest({ labels, timestamps, values, starts }: Series): ReadColumn {
  const newest = values.slice(-1);
  const column = { labels, timestamps: timestamps.slice(-1), values: newest, length: newest.length };
  return starts === undefined ? column : { ...column, starts: starts.slice(-1) };
}

function trendOf(values: Float64Array): Pick<ReadColumn, 'hasStale' | 'rises'> {
  let previous = Number.NEGATIVE_INFINITY;
  let rises = true;
  let hasStale = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value !== value && isStale(values, i)) hasStale = true;
    else {
      if (value < previous) rises = false;
      previous = value;
    }
  }
  return { hasStale, rises };
}
