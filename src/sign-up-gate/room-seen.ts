import { labelValue, METRIC_NAME } from '../model/labels.ts';
import { createMatcher, type Matcher } from '../model/matcher.ts';
import { isStale, type SeriesReader } from '../model/series.ts';
import type { RoomSeen } from './gate.ts';

/** Three polls: what is older is not known. */
const FRESH_MS = 180_000;
const WHOLE_FLEET = createMatcher('scope', '=', 'fleet');
/** Series of scraped pages have a job: what an edge says of its part, or anybody of anything, is not the fleet's. */
const OWN = createMatcher('job', '=', '');

/** What the collector `capacity` last said of the whole fleet. */
export function roomSeen(series: SeriesReader, now: number): RoomSeen {
  const left = newest(series, now, 'capacity_tenants_left', [WHOLE_FLEET]);
  const binding = newest(series, now, 'capacity_binding_quota_info', [WHOLE_FLEET]);
  const unknown = newest(series, now, 'capacity_quota_unknown', []);
  return {
    tenantsLeft: left[0]?.value,
    isComplete: unknown.every(({ value }) => value === 0),
    quota: labelValue(binding[0]?.labels ?? {}, 'quota'),
  };
}

interface Newest {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function newest(series: SeriesReader, now: number, metric: string, matchers: readonly Matcher[]): Newest[] {
  const found: Newest[] = [];
  const range = { start: now - FRESH_MS, end: now };
  for (const one of series.select([createMatcher(METRIC_NAME, '=', metric), OWN, ...matchers], range)) {
    const last = one.values.length - 1;
    const value = one.values[last];
    if (value !== undefined && !isStale(one.values, last)) found.push({ labels: one.labels, value });
  }
  return found;
}
