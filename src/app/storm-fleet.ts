import type { Instance } from '../fleet/instance.ts';
import { withoutLabels, METRIC_NAME, type Labels } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import type { Clock } from '../model/ports.ts';
import type { SeriesReader } from '../model/series.ts';

const REFRESH_MS = 60_000;
/** How far back an instance's info is looked for, ms: what is silent for longer is down, and may be the victim. */
const LOOKBACK_MS = 3_600_000;
const INFO = [createMatcher(METRIC_NAME, '=', 'octopus_instance_info')];

/**
 * Every tenant that is awake, with its info labels: of the configuration, and of `octopus_instance_info` where it tells
 * more (the version). The same map is handed out until something in it has changed.
 */
export function createStormFleet(
  instances: () => readonly Pick<Instance, 'tenant' | 'info' | 'asleep'>[],
  series: SeriesReader,
  clock: Clock,
): () => ReadonlyMap<string, Labels> {
  let known = new Map<string, Labels>();
  let text = '';
  let until = 0;
  return () => {
    const now = clock.now();
    if (now < until && now > until - REFRESH_MS) return known;
    until = now + REFRESH_MS;
    const told = new Map<string, Labels>();
    for (const { labels } of series.select(INFO, { start: now - LOOKBACK_MS, end: now }))
      told.set(labels['tenant'] ?? '', withoutLabels(labels, METRIC_NAME, 'tenant'));
    const awake = instances().filter(({ asleep }) => !asleep);
    const next = awake.map(({ tenant, info }) => [tenant, { ...info, ...told.get(tenant) }] as const);
    const nextText = JSON.stringify(next);
    if (nextText !== text) known = new Map(next);
    text = nextText;
    return known;
  };
}
