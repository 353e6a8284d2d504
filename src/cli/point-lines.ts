import type { Point } from '../model/point.ts';
import { formatTable } from './table.ts';

/** One JSON object a point: time, dataset, tenant, dimensions and values. `owner`: whose a point without one is. */
export function pointLines(points: readonly Point[], owner: string): string[] {
  return points.map(({ dataset, time, tenant = owner, dimensions, values }) =>
    JSON.stringify({
      '@timestamp': new Date(time).toISOString(),
      dataset: dataset.name,
      tenant,
      ...dimensions,
      ...values,
    }),
  );
}

/** A table with a row for each value; no lines for no values. */
export function pointTable(points: readonly Point[]): string[] {
  const rows = points.flatMap(({ dataset, tenant = '', dimensions, values }) => {
    const whose: Point['dimensions'] = tenant === '' ? dimensions : { tenant, ...dimensions };
    return Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [dataset.name, field, pairs(whose), String(value)]);
  });
  return rows.length === 0 ? [] : formatTable(['DATASET', 'FIELD', 'DIMENSIONS', 'VALUE'], rows);
}

function pairs(dimensions: Point['dimensions']): string {
  return Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
