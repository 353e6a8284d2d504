import { labelValue, METRIC_NAME } from '../../src/model/labels.ts';
import { createMatcher } from '../../src/model/matcher.ts';
import type { SeriesReader } from '../../src/model/series.ts';

/** What the pings of one tenant say; times in ms. */
export interface Pings {
  readonly firstAt: number;
  /** The times of those that were answered. */
  readonly answeredAt: readonly number[];
}

const PING = createMatcher(METRIC_NAME, '=', 'octopus_ping_up');

/** The pings since `from` of the tenants that are asked for. */
export function pingsSince(
  series: SeriesReader,
  from: number,
  now: number,
  isWanted: (tenant: string) => boolean,
): ReadonlyMap<string, Pings> {
  const found = new Map<string, Pings>();
  for (const { labels, timestamps, values } of series.select([PING], { start: from, end: now })) {
    const tenant = labelValue(labels, 'tenant');
    const [firstAt] = timestamps;
    if (firstAt === undefined || !isWanted(tenant)) continue;
    found.set(tenant, { firstAt, answeredAt: [...timestamps].filter((_, index) => values[index] === 1) });
  }
  return found;
}
