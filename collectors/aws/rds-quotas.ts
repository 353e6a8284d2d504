import type { AccountQuota, DBInstance } from '@aws-sdk/client-rds';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { databasePoints } from './databases.ts';
import { gather } from './gather.ts';
import { countBy } from './names.ts';
import { QUOTA_PACE, quotaPoint, type QuotaReading } from './quota-point.ts';
import type { QuotaName } from './quota-table.ts';

const GIB = 2 ** 30;
/** Enterprise, Standard, Web, Express. */
const EDITIONS = ['sqlserver-ee', 'sqlserver-se', 'sqlserver-web', 'sqlserver-ex'];

/** `DescribeAccountAttributes` by its names: quota, and units in one of AWS's. */
const ACCOUNT_QUOTAS: Readonly<Record<string, readonly [QuotaName, number]>> = {
  DBInstances: ['rds_instances', 1],
  DBClusters: ['rds_clusters', 1],
  AllocatedStorage: ['rds_storage_bytes', GIB],
  ManualSnapshots: ['rds_manual_snapshots', 1],
  DBSubnetGroups: ['rds_subnet_groups', 1],
  DBParameterGroups: ['rds_parameter_groups', 1],
  OptionGroups: ['rds_option_groups', 1],
};

/** What RDS counts itself, SQL Server instances by edition, and databases by instance. */
export function createRdsQuotasPoll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/rds-quotas',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      actions: ['rds:DescribeAccountAttributes', 'rds:DescribeDBInstances'],
      async read(reading) {
        const { aws, signal, settings } = reading;
        const { AccountQuotas = [] } = await aws.call('rds:DescribeAccountAttributes', {}, signal);
        const instances = await gather(
          aws.pages('rds:DescribeDBInstances', {}, signal),
          ({ DBInstances }) => DBInstances,
        );
        return [
          ...AccountQuotas.flatMap((quota) => accountPoint(reading, quota)),
          ...editionPoints(reading, instances, settings.limits.sqlserver_instances),
          ...databasePoints(reading, instances),
        ];
      },
    },
    deps,
  );
}

function accountPoint(
  reading: QuotaReading,
  { AccountQuotaName: name = '', Used: used, Max: max }: AccountQuota,
): readonly Point[] {
  const [quota, unit] = ACCOUNT_QUOTAS[name] ?? [];
  if (quota === undefined || unit === undefined || used === undefined) return [];
  return [quotaPoint(reading, { quota, used: used * unit, limit: max === undefined ? max : max * unit })];
}

/** Every edition, also one without instances: it is where the next instance may go. */
function editionPoints(
  reading: QuotaReading,
  instances: readonly DBInstance[],
  limit: number,
): readonly Point[] {
  const included = instances.filter(({ LicenseModel }) => LicenseModel === 'license-included');
  const counts = countBy(included.map(({ Engine = '' }) => Engine));
  return EDITIONS.map((resource) =>
    quotaPoint(reading, {
      quota: 'rds_license_included_instances',
      limit,
      used: counts.get(resource) ?? 0,
      resource,
    }),
  );
}
