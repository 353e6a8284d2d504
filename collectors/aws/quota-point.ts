import { SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { QuotaName, ServiceQuotaName } from './quota-table.ts';
import type { ServiceLimits } from './service-limits.ts';

/**
 * When limits and usage are read and said. AWS is asked every 10 minutes, with time for pages and pages at five requests
 * a second: usage moves with sign-ups, and the limits of AWS's API are shared with those who create.
 */
export const QUOTA_PACE = {
  intervalMs: SAY_EVERY_MS,
  everyMs: 10 * 60_000,
  deadlineMs: 120_000,
} as const;

export interface QuotaReading {
  readonly context: { readonly clock: { now(): number } };
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface QuotaValue {
  readonly quota: QuotaName;
  /** Undefined where none is known. */
  readonly limit?: number | undefined;
  readonly used: number | undefined;
  readonly resource?: string;
}

/** One row of the dataset of limits. */
export function quotaPoint(
  { context, dimensions }: QuotaReading,
  { quota, limit, used, resource }: QuotaValue,
): Point {
  return {
    dataset: quotaDataset,
    time: context.clock.now(),
    dimensions: { provider: 'aws', ...dimensions, quota, ...(resource === undefined ? {} : { resource }) },
    values: { cloud_quota_limit: limit, cloud_quota_used: used },
  };
}

/** Makes rows of limits that Service Quotas tells. */
export function servicePoint(
  reading: QuotaReading,
  limits: ServiceLimits,
): (quota: ServiceQuotaName, used: number, resource?: string) => Point {
  return (quota, used, resource) =>
    quotaPoint(reading, {
      quota,
      used,
      limit: limits.get(quota)?.limit,
      ...(resource === undefined ? {} : { resource }),
    });
}
