import type { HostedZone } from '@aws-sdk/client-route-53';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps, type AwsReading } from './aws-poll.ts';
import { gather } from './gather.ts';
import { countBy } from './names.ts';
import { QUOTA_PACE, quotaPoint } from './quota-point.ts';

/** Route 53 gives an account five requests a second for everybody: one each for the fullest zones, at one a second. */
const ZONES = 5;

type Action = (typeof ACTIONS)[number];

const ACTIONS = ['route53:GetAccountLimit', 'route53:ListHostedZones', 'route53:GetHostedZoneLimit'] as const;

/** Zones, health checks, and records of the fullest zones, once for the account. */
export function createRoute53Poll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/route53',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      reads: 'aws-global',
      actions: ACTIONS,
      read: readRoute53,
    },
    deps,
  );
}

async function readRoute53(reading: AwsReading<Action>): Promise<readonly Point[]> {
  const { aws, signal } = reading;
  const account = [];
  for (const [type, quota] of [
    ['MAX_HOSTED_ZONES_BY_OWNER', 'route53_hosted_zones'],
    ['MAX_HEALTH_CHECKS_BY_OWNER', 'route53_health_checks'],
  ] as const) {
    const { Limit, Count: used } = await aws.call('route53:GetAccountLimit', { Type: type }, signal);
    account.push(quotaPoint(reading, { quota, used, limit: Limit?.Value }));
  }
  const zones = await gather(
    aws.pages('route53:ListHostedZones', {}, signal),
    ({ HostedZones }) => HostedZones,
  );
  const fullest = zones.toSorted((a, b) => recordsOf(b) - recordsOf(a)).slice(0, ZONES);
  const names = countBy(zones.map(({ Name = '' }) => Name));
  for (const { Id: id, Name: name = '' } of fullest) {
    const input = { Type: 'MAX_RRSETS_BY_ZONE', HostedZoneId: id } as const;
    const { Limit, Count: used } = await aws.call('route53:GetHostedZoneLimit', input, signal);
    const resource = names.get(name) === 1 ? name : `${name} ${id?.replace('/hostedzone/', '')}`;
    account.push(quotaPoint(reading, { quota: 'route53_zone_records', used, limit: Limit?.Value, resource }));
  }
  return account;
}

function recordsOf({ ResourceRecordSetCount: count = 0 }: HostedZone): number {
  return count;
}
