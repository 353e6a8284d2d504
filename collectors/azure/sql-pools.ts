import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { AzurePollSpec, AzureReading } from './azure-poll.ts';
import { numberAt, textAt, type JsonFields } from './json-fields.ts';
import { databaseLimit } from './pool-limits.ts';
import { quotaPoint } from './quota-point.ts';
import { inLocations, type Resource } from './resource.ts';
import { sqlPoolDataset } from './schema.ts';

/** Elastic pools, and how many databases each has of how many it may have. */
export const sqlPoolPoll: AzurePollSpec = {
  name: 'azure/sql-pools',
  datasets: [sqlPoolDataset, quotaDataset],
  intervalMs: 150_000,
  actions: [
    'Microsoft.Sql/servers/read',
    'Microsoft.Sql/servers/elasticPools/read',
    'Microsoft.Sql/servers/databases/read',
  ],
  async *read(reading) {
    for await (const { server, pools } of sqlServers(reading)) {
      if (pools.length === 0) continue;
      const databases = await reading.arm.list(`${server.id}/databases`, reading.signal);
      const counts = new Map<string, number>();
      for (const database of databases) {
        const pool = textAt(database, 'properties', 'elasticPoolId')?.toLowerCase();
        if (pool !== undefined) counts.set(pool, (counts.get(pool) ?? 0) + 1);
      }
      yield pools.flatMap((pool) =>
        poolPoints(reading, server, pool, counts.get(pool.id.toLowerCase()) ?? 0),
      );
    }
  },
};

/** The servers in the locations with their pools. */
export async function* sqlServers({
  arm,
  locations,
  signal,
}: AzureReading): AsyncIterable<{ readonly server: Resource; readonly pools: readonly Resource[] }> {
  const servers = await arm.list('/providers/Microsoft.Sql/servers', signal);
  for (const server of inLocations(servers, locations)) {
    const pools = await arm.list(`${server.id}/elasticPools`, signal);
    yield { server, pools: inLocations(pools, locations) };
  }
}

function poolPoints(
  { account, context }: AzureReading,
  { name: server, region }: Resource,
  { name: pool, fields }: Resource,
  databases: number,
): readonly Point[] {
  const time = context.clock.now();
  const state = textAt(fields, 'properties', 'state');
  const values = {
    azure_sql_pool_databases: databases,
    azure_sql_pool_ready: state === undefined ? undefined : Number(state === 'Ready'),
    azure_sql_pool_size_limit_bytes: numberAt(fields, 'properties', 'maxSizeBytes'),
  };
  const place = { account, region, quota: 'sql_elastic_pool_databases', resource: `${server}/${pool}` };
  return [
    {
      dataset: sqlPoolDataset,
      time,
      dimensions: { account, region, server, pool, sku: skuOf(fields) },
      values,
    },
    quotaPoint(place, databases, limitOf(fields), time),
  ];
}

function skuOf(fields: JsonFields): string {
  return [textAt(fields, 'sku', 'name'), numberAt(fields, 'sku', 'capacity')]
    .filter((part) => part !== undefined)
    .join(' ');
}

function limitOf(fields: JsonFields): number | undefined {
  return databaseLimit(textAt(fields, 'sku', 'tier') ?? '', numberAt(fields, 'sku', 'capacity') ?? 0);
}
