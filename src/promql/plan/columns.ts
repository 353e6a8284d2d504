import type { Labels } from '../../model/labels.ts';
import { isStale } from '../../model/series.ts';
import { firstAfter, type Column } from '../columns.ts';
import type { Window } from './node.ts';

/** The samples after `start` up to `end` of the columns that have some. */
export function windowsOf(columns: Iterable<Column>, start: number, end: number): Window[] {
  const windows: Window[] = [];
  for (const column of columns) {
    const low = firstAfter(column.timestamps, start, column.length);
    const high = firstAfter(column.timestamps, end, column.length);
    if (low >= high) continue;
    const timestamps = column.timestamps.subarray(low, high);
    const values = column.values.subarray(low, high);
    windows.push({ labels: column.labels, length: high - low, timestamps, values });
  }
  return windows;
}

/** A copy of the samples that are no stale markers. */
export function withoutStale(labels: Labels, timestamps: Float64Array, values: Float64Array): Column {
  const column = { labels, timestamps: timestamps.slice(), values: values.slice() };
  let length = firstStale(values);
  // Most series have none: they are copied in one piece.
  for (let i = length + 1; i < values.length; i++) {
    if (isStale(values, i)) continue;
    column.timestamps[length] = timestamps[i] ?? 0;
    column.values[length] = values[i] ?? 0;
    length++;
  }
  return { ...column, length };
}

/** The index of the first stale marker, or the length. */
function firstStale(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (isStale(values, i)) return i;
  return values.length;
}
