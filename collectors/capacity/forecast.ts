import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { membersOf } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { createDailyMemory, DAY_MS } from './daily-series.ts';
import type { CapacityDeps } from './deps.ts';
import { forecastable, MOST_FORECASTS, type Forecastable } from './forecastable.ts';
import { createQuotaBook } from './quota-book.ts';
import { leadTimeDataset, timeLeftDataset } from './schema.ts';
import { needsOf, quotasOf, type CapacitySettings } from './settings.ts';
import { daysLeft, HISTORY_DAYS, type Method } from './time-left.ts';

/** Samples are of days, but rules look back 5 minutes. */
const INTERVAL_MS = 120_000;

/** Says when quotas will be exhausted, from one value a day. Reads what other polls read. */
export function createForecast({ series, settings }: CapacityDeps): PollCollector {
  async function* poll(_: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    const today = Math.floor(now / DAY_MS);
    const { capacity } = settings();
    const before = membersOf(context.state);
    const book = createQuotaBook(before['quotas'] ?? null);
    const memory = createDailyMemory(before['days'] ?? null, 2 * MOST_FORECASTS);
    const needs = needsOf(capacity);
    book.refresh(series, { now, forgetAfterMs: capacity.forget_after, needed: quotasOf(needs) });
    memory.forgetBefore(today - HISTORY_DAYS);
    const quotas = forecastable(needs, book.readings(now, capacity.max_age));
    for (const { key, used, isStale } of quotas) if (!isStale) memory.record(key, today, used);
    context.state = { quotas: book.toState(), days: memory.toState() };
    yield quotas.flatMap((quota) => [
      leadTimePoint(quota, capacity, now),
      ...timePoints(quota, daysLeft({ ...quota, samples: memory.samples(quota.key), today }), now),
    ]);
  }

  const datasets = [timeLeftDataset, leadTimeDataset];
  return { name: 'capacity/forecast', reads: 'fleet', datasets, intervalMs: INTERVAL_MS, poll };
}

function timePoints({ labels }: Forecastable, left: ReadonlyMap<Method, number>, time: number): Point[] {
  return [...left].map(([method, days]) => ({
    dataset: timeLeftDataset,
    time,
    dimensions: { ...labels, method },
    values: { capacity_time_left_seconds: Math.round((days * DAY_MS) / 1000) },
  }));
}

function leadTimePoint({ labels }: Forecastable, capacity: CapacitySettings, time: number): Point {
  const lead = (capacity.lead_times[labels.quota] ?? capacity.lead_time) / 1000;
  const values = {
    capacity_lead_time_seconds: lead,
    capacity_act_below_seconds: lead * capacity.safety,
  };
  return { dataset: leadTimeDataset, time, dimensions: { ...labels }, values };
}
