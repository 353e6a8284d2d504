import { Failure } from '../model/failure.ts';
import type { Registry } from './host.ts';

/**
 * How often datasets are polled, ms by name; the longest where several polls fill one.
 * @param override replaces every poll's own interval, as `collectors.octopus-api.interval` does
 */
export function pollIntervals(registry: Registry, override?: number): Map<string, number> {
  const intervals = new Map<string, number>();
  for (const { datasets, intervalMs } of registry.pollCollectors({ clientFor: noClient })) {
    for (const { name } of datasets)
      intervals.set(name, Math.max(intervals.get(name) ?? 0, override ?? intervalMs));
  }
  return intervals;
}

function noClient(): never {
  throw new Failure('invalid', 'no poll without a client: only the intervals are asked for');
}
