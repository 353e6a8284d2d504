import type { DBInstance } from '@aws-sdk/client-rds';
import type { Fleet } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import { databaseServersOf } from './database-servers.ts';
import { quotaPoint, type QuotaReading } from './quota-point.ts';
import type { AwsSettings } from './settings.ts';

/**
 * Databases by SQL Server instance: the tenants of the fleet whose `info.database_server` is the instance, one database
 * each. RDS tells the number by no API; where no tenant says on which server it is, none is known.
 */
export function databasePoints(
  reading: QuotaReading,
  instances: readonly DBInstance[],
  fleet: Fleet,
  limits: AwsSettings['limits'],
): readonly Point[] {
  const serverOf = databaseServersOf(fleet);
  const isMapped = [...fleet.all()].some(({ info }) => info['database_server'] !== undefined);
  return instances.flatMap(
    ({ DBInstanceIdentifier: id, Engine: engine = '', DBInstanceClass: size = '', Endpoint: endpoint }) => {
      if (id === undefined || !engine.startsWith('sqlserver')) return [];
      const { databases_by_instance: byInstance, databases_by_class: byClass } = limits;
      const limit = byInstance[id] ?? byClass[size] ?? limits.databases_per_instance;
      if (limit === 0) return [];
      const used = serverOf([id, endpoint?.Address ?? id])?.tenants ?? (isMapped ? 0 : undefined);
      return [quotaPoint(reading, { quota: 'rds_databases', limit, used, resource: id })];
    },
  );
}
