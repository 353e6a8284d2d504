import type { RequestedServiceQuotaChange } from '@aws-sdk/client-service-quotas';
import type { Point } from '../../src/model/point.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { gather } from './gather.ts';
import { QUOTA_PACE } from './quota-point.ts';
import { serviceQuotaDataset } from './quota-schema.ts';
import { SERVICE_QUOTAS } from './quota-table.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';

const SERVICES = [...new Set(SERVICE_QUOTAS.map(({ service }) => service))];
/** What AWS or its support has yet to decide. */
const OPEN = new Set(['PENDING', 'CASE_OPENED']);

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
  const asked = requests.flatMap(
    ({ QuotaCode: code, ServiceCode: service, Status: status = '', DesiredValue }) => {
      const known = SERVICE_QUOTAS.find((each) => each.service === service && each.code === code);
      if (known?.quota !== quota || DesiredValue === undefined || !OPEN.has(status)) return [];
      return [DesiredValue * ('scale' in known ? known.scale : 1)];
    },
  );
  return asked.length === 0 ? undefined : Math.max(...asked);
}
