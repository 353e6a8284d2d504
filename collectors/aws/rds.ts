import type { DBInstance } from '@aws-sdk/client-rds';
import type { Point } from '../../src/model/point.ts';
import type { Log } from '../../src/model/ports.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { databaseServersOf, type FleetServer } from './database-servers.ts';
import { newestValues } from './metric-data.ts';
import { rdsQueries } from './rds-metrics.ts';
import { rdsDataset, rdsInfoDataset } from './rds-schema.ts';
import { tenantOfMachine } from './tenant-of-machine.ts';

const GIB = 2 ** 30;
const OLDEST_MS = 15 * 60_000;
/** Statuses in which a server answers. Source: RDS user guide, "Viewing Amazon RDS DB instance status". */
const SERVES =
  /^(available|backing-up|configuring-.*|converting-to-vpc|modifying|moving-to-vpc|renaming|resetting-master-credentials|storage-config-upgrade|storage-initialization|storage-optimization)$/;
/** Source: SQL Server, "user connections" server configuration. */
const SQL_SERVER_CONNECTIONS = 32_767;
const EDITIONS: Readonly<Record<string, string>> = {
  'sqlserver-ee': 'Enterprise',
  'sqlserver-se': 'Standard',
  'sqlserver-web': 'Web',
  'sqlserver-ex': 'Express',
};

interface Server {
  readonly identifier: string;
  readonly db: DBInstance;
  readonly known: FleetServer | undefined;
}

/** Reads database servers: status, storage, load, and how many tenants share them. */
export function createRdsPoll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/rds',
      datasets: [rdsDataset, rdsInfoDataset],
      intervalMs: 120_000,
      deadlineMs: 60_000,
      actions: ['rds:DescribeDBInstances', 'cloudwatch:GetMetricData'],
      async read({ aws, settings, context, signal, dimensions }) {
        const find = databaseServersOf(context.fleet, {
          region: dimensions.region,
          accounts: settings.accounts,
        });
        const servers: Server[] = [];
        for await (const { DBInstances = [] } of aws.pages('rds:DescribeDBInstances', {}, signal))
          servers.push(...DBInstances.flatMap((db) => serverOf(db, find)));
        warnOfSpellings(servers, context.log);
        const time = context.clock.now();
        const asked = servers.map(({ identifier, db }) => rdsQueries(identifier, db));
        const queries = asked.map((server) => server.queries);
        const answers = await newestValues(aws, queries, time - OLDEST_MS, time, signal);
        const tenantOf = tenantOfMachine(context.fleet, settings.tenant_tag);
        return servers.flatMap(({ identifier, db, known }, i) => {
          const tenant = tenantOf({ id: identifier, tags: db.TagList ?? [] });
          const labels = { ...dimensions, database_server: known?.name ?? identifier };
          return [
            healthPoint({ time, tenant, dimensions: labels }, db, known, asked[i]?.read(answers[i] ?? [])),
            infoPoint({ time, tenant, dimensions: labels }, identifier, db),
          ];
        });
      },
    },
    deps,
  );
}

function serverOf(db: DBInstance, find: ReturnType<typeof databaseServersOf>): Server[] {
  const { DBInstanceIdentifier: identifier, Endpoint } = db;
  if (identifier === undefined) return [];
  return [{ identifier, db, known: find([identifier, Endpoint?.Address ?? identifier]) }];
}

function warnOfSpellings(servers: readonly Server[], log: Log): void {
  for (const { identifier, known } of servers) {
    if (known === undefined || known.otherSpellings.length === 0) continue;
    const { name, otherSpellings } = known;
    log.debug({ identifier, name, otherSpellings }, 'instances spell their database server in several ways');
  }
}

function healthPoint(
  base: Pick<Point, 'time' | 'tenant' | 'dimensions'>,
  {
    DBInstanceStatus: status,
    AllocatedStorage: allocated,
    MaxAllocatedStorage: most,
    Engine = '',
  }: DBInstance,
  known: FleetServer | undefined,
  load: Point['values'] = {},
): Point {
  return {
    ...base,
    dataset: rdsDataset,
    values: {
      aws_rds_up: status === undefined ? undefined : Number(SERVES.test(status)),
      aws_rds_tenants: known?.tenants ?? Number(base.tenant !== ''),
      aws_rds_storage_allocated_bytes: allocated === undefined ? undefined : allocated * GIB,
      aws_rds_storage_max_bytes: most === undefined ? undefined : most * GIB,
      aws_rds_connections_max: Engine.startsWith('sqlserver') ? SQL_SERVER_CONNECTIONS : undefined,
      ...load,
    },
  };
}

function infoPoint(
  { dimensions, ...base }: Pick<Point, 'time' | 'tenant' | 'dimensions'>,
  identifier: string,
  {
    Engine = '',
    EngineVersion = '',
    LicenseModel = '',
    DBInstanceClass = '',
    DBInstanceStatus = '',
  }: DBInstance,
): Point {
  return {
    ...base,
    dataset: rdsInfoDataset,
    dimensions: {
      ...dimensions,
      identifier,
      engine: Engine,
      edition: EDITIONS[Engine] ?? '',
      engine_version: EngineVersion,
      license_model: LicenseModel,
      instance_class: DBInstanceClass,
      status: DBInstanceStatus,
    },
    values: { aws_rds_info: 1 },
  };
}
