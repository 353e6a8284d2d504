import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import { capacityOf, roomsOf, type Capacity, type ScopedRoom } from './capacity-of.ts';
import type { CapacityDeps } from './deps.ts';
import { createQuotaBook } from './quota-book.ts';
import type { QuotaScope } from './quota-reading.ts';
import { bindingDataset, capacityDataset, quotaRoomDataset } from './schema.ts';
import { needsOf, quotasOf } from './settings.ts';

const INTERVAL_MS = 60_000;

/** Says how many more tenants there is room for, and which quota says so. Reads what other polls read. */
export function createTenantsLeft({ series, settings }: CapacityDeps): PollCollector {
  async function* poll(_: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    const { capacity } = settings();
    const needs = needsOf(capacity);
    const book = createQuotaBook(context.state);
    book.refresh(series, { now, forgetAfterMs: capacity.forget_after, quotas: quotasOf(needs) });
    const rooms = roomsOf(needs, book.readings(now, capacity.max_age));
    context.state = book.toState();
    yield [
      ...rooms.map((room) => roomPoint(room, now)),
      ...capacityOf(rooms).flatMap((one) => points(one, now)),
    ];
  }

  const datasets = [capacityDataset, bindingDataset, quotaRoomDataset];
  return { name: 'capacity/tenants-left', reads: 'fleet', datasets, intervalMs: INTERVAL_MS, poll };
}

function roomPoint({ room, ...scope }: ScopedRoom, time: number): Point {
  return {
    dataset: quotaRoomDataset,
    time,
    dimensions: { ...scopeOf(scope), quota: room.need.quota },
    values: { capacity_quota_tenants_left: room.tenants, capacity_quota_unknown: room.unknown },
  };
}

function points({ level, tenants, binding, ...scope }: Capacity, time: number): Point[] {
  const dimensions = { scope: level, ...scopeOf(scope) };
  const { quota, resource, ...at } = binding;
  const place = [at.provider, at.account, at.region].filter((part) => part !== '').join('/');
  return [
    { dataset: capacityDataset, time, dimensions, values: { capacity_tenants_left: tenants } },
    {
      dataset: bindingDataset,
      time,
      dimensions: { ...dimensions, quota, resource, place },
      values: { capacity_binding_quota_info: 1 },
    },
  ];
}

function scopeOf({ provider, account, region }: QuotaScope): Record<string, string> {
  return { provider, account, region };
}
