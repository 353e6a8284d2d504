import type { DBInstance } from '@aws-sdk/client-rds';
import type { AwsAction } from '../../src/aws/actions.ts';
import type { Point } from '../../src/model/point.ts';
import type { AwsReading } from './aws-poll.ts';
import { databaseServersOf } from './database-servers.ts';
import { quotaPoint } from './quota-point.ts';

/**
 * Databases by SQL Server instance: the tenants of the fleet whose `info.database_server` is the instance, one database
 * each. RDS tells the number by no API; where no tenant says on which server it is, none is known.
 */
export function databasePoints(
  reading: Pick<AwsReading<AwsAction>, 'context' | 'dimensions' | 'settings'>,
  instances: readonly DBInstance[],
): readonly Point[] {
  const { fleet } = reading.context;
  const { accounts, limits } = reading.settings;
  const serverOf = databaseServersOf(fleet, { region: reading.dimensions.region, accounts });
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
