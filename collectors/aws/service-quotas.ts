import type { RequestedServiceQuotaChange } from '@aws-sdk/client-service-quotas';
import type { Point } from '../../src/model/point.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { QUOTA_PACE } from './quota-point.ts';
import { serviceQuotaDataset } from './quota-schema.ts';
import { SERVICE_QUOTAS, type ServiceQuota } from './quota-table.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';

const SERVICES = [...new Set(SERVICE_QUOTAS.map(({ service }) => service))];
/** What AWS or its support has yet to decide. */
const OPEN = new Set<string | undefined>(['PENDING', 'CASE_OPENED']);
const GRANTED = new Set<string | undefined>(['APPROVED', 'CASE_CLOSED']);

/** Reads the limits that the polls of usage go by, says which of them are only assumed, and which are to grow. */
export function createServiceQuotasPoll(deps: AwsPollDeps, limitCache: LimitCache): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/service-quotas',
      datasets: [serviceQuotaDataset],
      ...QUOTA_PACE,
      everyMs: 15 * 60_000,
      actions: [...QUOTA_ACTIONS, 'servicequotas:ListRequestedServiceQuotaChangeHistory'],
      async read(reading) {
        const { aws, place, signal, context, dimensions } = reading;
        const requests = await gather(
          aws.pages('servicequotas:ListRequestedServiceQuotaChangeHistory', {}, signal),
          ({ RequestedQuotas }) => RequestedQuotas,
        );
        const points: Point[] = [];
        for (const service of SERVICES)
          for (const [quota, { assumed }] of await limitCache.refresh(place, service, reading))
            points.push({
              dataset: serviceQuotaDataset,
              time: context.clock.now(),
              dimensions: { ...dimensions, quota },
              values: {
                aws_quota_limit_assumed: Number(assumed),
                aws_quota_requested_limit: requestedLimit(quota, requests),
                aws_quota_increase_seconds: increaseSeconds(quota, requests),
              },
            });
        return points;
      },
    },
    deps,
  );
}

/** The most that an open request asks for, in the unit of the label. */
function requestedLimit(quota: string, requests: readonly RequestedServiceQuotaChange[]): number | undefined {
  const { scale = 1 } = quotaOf(quota) ?? {};
  const asked = requestsOf(quota, requests, OPEN).flatMap(({ DesiredValue: value }) => value ?? []);
  return asked.length === 0 ? undefined : Math.max(...asked) * scale;
}

/** From the creation of the newest request that was granted to its last change, which is the decision. */
function increaseSeconds(
  quota: string,
  requests: readonly RequestedServiceQuotaChange[],
): number | undefined {
  const granted = requestsOf(quota, requests, GRANTED).flatMap(({ Created: from, LastUpdated: until }) =>
    from === undefined || until === undefined ? [] : [{ from: from.getTime(), until: until.getTime() }],
  );
  const newest = granted.toSorted((a, b) => b.from - a.from)[0];
  return newest === undefined ? undefined : Math.max(0, newest.until - newest.from) / 1000;
}

function requestsOf(
  quota: string,
  requests: readonly RequestedServiceQuotaChange[],
  statuses: ReadonlySet<string | undefined>,
): readonly RequestedServiceQuotaChange[] {
  const known = quotaOf(quota);
  return requests.filter(
    ({ QuotaCode: code, ServiceCode: service, Status: status }) =>
      service === known?.service && code === known?.code && statuses.has(status),
  );
}

function quotaOf(name: string): ServiceQuota | undefined {
  return SERVICE_QUOTAS.find(({ quota }) => quota === name);
}
