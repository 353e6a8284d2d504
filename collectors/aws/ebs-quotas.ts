import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { QUOTA_PACE, quotaPoint, servicePoint } from './quota-point.ts';
import { SERVICE_QUOTAS, type ServiceQuotaName } from './quota-table.ts';
import { QUOTA_ACTIONS, type LimitCache } from './service-limits.ts';

const GIB = 2 ** 30;

/** Volumes, their storage by type, and snapshots of the account. */
export function createEbsQuotasPoll(deps: AwsPollDeps, limitCache: LimitCache): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/ebs-quotas',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: [...QUOTA_ACTIONS, 'ec2:DescribeVolumes', 'ec2:DescribeSnapshots'],
      async read(reading) {
        const { aws, place, signal } = reading;
        const limits = await limitCache.of(place, 'ebs', reading);
        let volumes = 0;
        const bytes = new Map<string, number>();
        for await (const { Volumes = [] } of aws.pages('ec2:DescribeVolumes', {}, signal)) {
          volumes += Volumes.length;
          for (const { VolumeType: type = '', Size: gib = 0 } of Volumes)
            bytes.set(type, (bytes.get(type) ?? 0) + gib * GIB);
        }
        let snapshots = 0;
        for await (const { Snapshots = [] } of aws.pages(
          'ec2:DescribeSnapshots',
          { OwnerIds: ['self'] },
          signal,
        ))
          snapshots += Snapshots.length;
        const row = servicePoint(reading, limits);
        return [
          quotaPoint(reading, { quota: 'ebs_volumes', used: volumes }),
          row('ebs_snapshots', snapshots),
          ...storageRows(row, bytes),
        ];
      },
    },
    deps,
  );
}

function storageRows(
  row: (quota: ServiceQuotaName, used: number) => Point,
  bytes: ReadonlyMap<string, number>,
): Point[] {
  return SERVICE_QUOTAS.flatMap(({ quota }) => {
    const [, type] = /^ebs_(\w+)_storage_bytes$/.exec(quota) ?? [];
    return type === undefined ? [] : [row(quota, bytes.get(type) ?? 0)];
  });
}
