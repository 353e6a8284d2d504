import type { Rollup } from './dataset.ts';

/** The field that tells one emission of a rollup document from every other. */
export const ROLLUP_ID = 'rollup_id';

/** One field of a rollup document. */
export interface RollupField {
  readonly type: 'long' | 'double';
  readonly help: string;
}

/** The data stream of a dataset's rollups: `metrics-octopus.web_request-prod`. */
export function rollupStreamName(dataset: string, namespace: string): string {
  return `metrics-octopus.${dataset}-${namespace}`;
}

/** The fields of a rollup's documents by name, without time, dimensions and id. */
export function rollupFields({ of }: Rollup): Readonly<Record<string, RollupField>> {
  const fields: Record<string, RollupField> = {
    count: { type: 'long', help: 'Events of the window.' },
  };
  for (const [field, bounds] of Object.entries(of)) {
    fields[`${field}_count`] = { type: 'long', help: `Events that have ${field}.` };
    fields[`${field}_sum`] = { type: 'double', help: `Sum of ${field}.` };
    fields[`${field}_min`] = { type: 'double', help: `Least ${field}.` };
    fields[`${field}_max`] = { type: 'double', help: `Greatest ${field}.` };
    for (const bound of bounds) {
      fields[bucketField(field, bound)] = { type: 'long', help: `Events with ${field} of at most ${bound}.` };
    }
  }
  return fields;
}

/** The counter of events at or below a bound: `duration_seconds_le_0_05`. A dot would make it an object. */
export function bucketField(field: string, bound: number): string {
  return `${field}_le_${String(bound).replaceAll(/[^0-9a-z]/g, '_')}`;
}
