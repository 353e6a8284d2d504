import type { Labels } from '../../model/labels.ts';
import type { Column } from '../columns.ts';
import { compareLabels, withoutName } from '../label-sets.ts';
import type { Matrix, Vector } from '../value.ts';
import type { Instant, RangeNode } from './node.ts';

/** A copy of the elements that are present, in the order of the answer. */
export function toVector({ frame, values, present, order }: Instant): Vector {
  const labels: Labels[] = [];
  const kept: number[] = [];
  const take = (position: number): void => {
    if (present[position] !== 1) return;
    labels.push(frame.labels(position));
    kept.push(values[position] ?? 0);
  };
  if (order === undefined) for (let position = 0; position < frame.length; position++) take(position);
  else for (const position of order) take(position);
  return { type: 'vector', labels, values: Float64Array.from(kept) };
}

/** A copy of the windows of one time. */
export function windowsAt(range: RangeNode, time: number): Matrix {
  range.seek(time);
  const columns: Column[] = [];
  for (let position = 0; position < range.frame.length; position++) {
    const window = range.window(position);
    if (window === undefined) continue;
    const { length } = window;
    const [timestamps, values] = [window.timestamps.slice(0, length), window.values.slice(0, length)];
    const labels = range.frame.labels(position);
    columns.push({
      labels: range.frame.dropsName(position) ? withoutName(labels) : labels,
      timestamps,
      values,
      length,
    });
  }
  return toMatrix(columns);
}

/** The columns that have samples, sorted by labels: views, as the columns are nobody else's. */
export function toMatrix(columns: readonly Column[]): Matrix {
  const series = columns
    .filter(({ length }) => length > 0)
    .map(({ labels, timestamps, values, length }) => {
      return { labels, timestamps: timestamps.subarray(0, length), values: values.subarray(0, length) };
    });
  return { type: 'matrix', series: series.toSorted((a, b) => compareLabels(a.labels, b.labels)) };
}
