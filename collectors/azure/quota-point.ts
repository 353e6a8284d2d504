import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';

export interface QuotaPlace {
  readonly account: string;
  readonly region: string;
  readonly quota: string;
  readonly resource?: string;
}

/** A row of the dataset of quotas. `limit`: undefined or negative where there is none. */
export function quotaPoint(
  place: QuotaPlace,
  used: number | undefined,
  limit: number | undefined,
  time: number,
): Point {
  const values = {
    cloud_quota_used: used,
    cloud_quota_limit: limit !== undefined && limit >= 0 ? limit : undefined,
  };
  return { dataset: quotaDataset, time, dimensions: { provider: 'azure', ...place }, values };
}
