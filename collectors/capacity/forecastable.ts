import { roomsOf, type ScopedRoom } from './capacity-of.ts';
import type { QuotaReading } from './quota-reading.ts';
import type { Need } from './settings.ts';

/** Quotas with a forecast: all that tenants need, then the fullest. */
export const MOST_FORECASTS = 500;

/** One quota whose exhaustion can be told: of a resource, or of all resources that will do. */
export interface Forecastable {
  /** Stays over restarts. */
  readonly key: string;
  readonly labels: {
    readonly provider: string;
    readonly account: string;
    readonly region: string;
    readonly quota: string;
    readonly resource: string;
  };
  readonly used: number;
  readonly limit: number;
  /** Read too long ago to be a sample of today. */
  readonly isStale: boolean;
}

/**
 * What is forecast. Of a quota that a tenant takes of, all resources of a scope together, with those that may be added:
 * the limit of 10 database servers with 30 databases each is 300. Of any other, each resource.
 */
export function forecastable(needs: readonly Need[], readings: readonly QuotaReading[]): Forecastable[] {
  const needed = new Set(needs.map(({ quota }) => quota));
  const pools = roomsOf(needs, readings).flatMap(poolOf);
  const others = readings
    .filter(({ quota }) => !needed.has(quota))
    .flatMap(alone)
    .toSorted((a, b) => b.used / b.limit - a.used / a.limit);
  return [...pools, ...others].slice(0, MOST_FORECASTS);
}

function poolOf({ provider, account, region, room }: ScopedRoom): Forecastable[] {
  const { need, tenants, used, isStale } = room;
  if (tenants === undefined) return [];
  const labels = { provider, account, region, quota: need.quota, resource: need.resource ?? '' };
  return [{ key: keyOf(labels), labels, used, limit: used + tenants * need.units, isStale }];
}

function alone(reading: QuotaReading): Forecastable[] {
  const { provider, account, region, quota, resource, limit, used, isStale } = reading;
  if (limit === undefined || used === undefined || limit <= 0) return [];
  const labels = { provider, account, region, quota, resource };
  return [{ key: keyOf(labels), labels, used, limit, isStale }];
}

function keyOf(labels: Forecastable['labels']): string {
  return Object.values(labels).join('\n');
}
