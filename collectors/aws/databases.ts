import type { DBInstance } from '@aws-sdk/client-rds';
import type { Fleet } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import { databaseServersOf } from './database-servers.ts';
import { quotaPoint, type QuotaReading } from './quota-point.ts';
import type { AwsSettings } from './settings.ts';

/**
 * Databases by SQL Server instance: the tenants of the fleet whose `info.database_server` is the instance, one database
 * each. RDS tells the number by no API; of an instance that no tenant names it is not known.
 */
export function databasePoints(
  reading: QuotaReading,
  instances: readonly DBInstance[],
  fleet: Fleet,
  limits: AwsSettings['limits'],
): readonly Point[] {
  const serverOf = databaseServersOf(fleet);
  return instances.flatMap(
    ({ DBInstanceIdentifier: id, Engine: engine = '', DBInstanceClass: size = '', Endpoint: endpoint }) => {
      if (id === undefined || !engine.startsWith('sqlserver')) return [];
      const used = serverOf([id, endpoint?.Address ?? id])?.tenants;
      const limit = limits.databases_by_class[size] ?? limits.databases_per_instance;
      return [quotaPoint(reading, { quota: 'rds_databases', limit, used, resource: id })];
    },
  );
}
