import { METRIC_NAME, type Labels } from '../../../src/model/labels.ts';
import type { CapacitySettings, NeedSetting } from '../settings.ts';

/** One quota of a test; what is left out was never read. */
export interface TestQuota {
  readonly provider?: string;
  readonly account?: string;
  readonly region?: string;
  readonly quota: string;
  readonly resource?: string;
  readonly tenant?: string;
  readonly limit?: number;
  readonly used?: number;
}

/** A head of a test. */
export interface TestHead {
  append(samples: Iterable<{ labels: Labels; time: number; value: number; stale?: boolean }>): void;
}

/** Writes quotas into a head as another collector does. */
export function writeQuotas(head: TestHead, time: number, quotas: readonly TestQuota[]): void {
  for (const { limit, used, ...dimensions } of quotas) {
    const labels = { provider: 'aws', account: 'prod', region: 'us-west-2', ...dimensions };
    const both = { cloud_quota_limit: limit, cloud_quota_used: used };
    for (const [name, value] of Object.entries(both))
      if (value !== undefined) head.append([{ labels: { ...labels, [METRIC_NAME]: name }, time, value }]);
  }
}

/** Ends the series of a quota, as a good poll does that no longer has it. */
export function endQuota(head: TestHead, time: number, quota: Omit<TestQuota, 'limit' | 'used'>): void {
  const labels = { provider: 'aws', account: 'prod', region: 'us-west-2', ...quota };
  for (const name of ['cloud_quota_limit', 'cloud_quota_used'])
    head.append([{ labels: { ...labels, [METRIC_NAME]: name }, time, value: 0, stale: true }]);
}

/** Settings with these needs. */
export function settingsWith(
  needs: Readonly<Record<string, NeedSetting>>,
  others: Partial<CapacitySettings> = {},
): () => { capacity: CapacitySettings } {
  const capacity = {
    needs,
    max_age: 7_200_000,
    forget_after: 7 * 86_400_000,
    lead_time: 3 * 86_400_000,
    lead_times: {},
    safety: 2,
    ...others,
  };
  return () => ({ capacity });
}
