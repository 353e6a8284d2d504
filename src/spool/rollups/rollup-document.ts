import { ROLLUP_ID } from '../../model/rollup.ts';
import type { WindowGroup } from './open-window.ts';
import type { RollupLayout } from './rollup-layout.ts';

/**
 * The document of a group. Buckets are cumulative, as their names say: what is at or below the bound.
 * @param time ms since the epoch
 */
export function rollupDocument(layout: RollupLayout, group: WindowGroup, time: number, id: string): object {
  const document: Record<string, string | number> = { '@timestamp': new Date(time).toISOString() };
  for (const [i, name] of ['tenant', ...layout.declaration.by].entries()) {
    const value = group.values[i];
    if (value !== undefined && value !== '') document[name] = value;
  }
  document[ROLLUP_ID] = id;
  document['count'] = group.numbers[0] ?? 0;
  for (const { name, at, bucketNames } of layout.fields) {
    const [count = 0, sum = 0, min = 0, max = 0] = group.numbers.subarray(at, at + 4);
    if (count === 0) continue;
    Object.assign(document, { [`${name}_count`]: count, [`${name}_sum`]: sum });
    Object.assign(document, { [`${name}_min`]: min, [`${name}_max`]: max });
    let below = 0;
    for (const [i, bucket] of bucketNames.entries()) {
      document[bucket] = below += group.numbers[at + 4 + i] ?? 0;
    }
  }
  return document;
}
