import type { Point } from '../../src/model/point.ts';
import type { AzurePollSpec, AzureReading } from './azure-poll.ts';
import { numberAt, objectsAt, textAt, type JsonFields } from './json-fields.ts';
import { isDtuTier } from './pool-limits.ts';
import type { Resource } from './resource.ts';
import { sqlPoolLoadDataset } from './schema.ts';
import { sqlServers } from './sql-pools.ts';

/** Azure Monitor has a minute's average some minutes later. */
const BACK_MS = 10 * 60_000;
const METRICS: Readonly<Record<string, string>> = {
  dtu_consumption_percent: 'azure_sql_pool_dtu_ratio',
  cpu_percent: 'azure_sql_pool_cpu_ratio',
  workers_percent: 'azure_sql_pool_workers_ratio',
  storage_percent: 'azure_sql_pool_storage_ratio',
};

/** What elastic pools use of what they have. */
export const sqlPoolLoadPoll: AzurePollSpec = {
  name: 'azure/sql-pool-load',
  datasets: [sqlPoolLoadDataset],
  intervalMs: 2 * 60_000,
  actions: [
    'Microsoft.Sql/servers/read',
    'Microsoft.Sql/servers/elasticPools/read',
    'Microsoft.Insights/metrics/read',
  ],
  async *read(reading) {
    for await (const { server, pools } of sqlServers(reading))
      for (const pool of pools) yield await loadPoints(reading, server, pool);
  },
};

/** Nothing of a pool that has no minute yet. */
async function loadPoints(
  { arm, account, context, signal }: AzureReading,
  { name: server, region }: Resource,
  { id, name: pool, fields }: Resource,
): Promise<readonly Point[]> {
  const time = context.clock.now();
  const isDtu = isDtuTier(textAt(fields, 'sku', 'tier') ?? '');
  // A metric that a pool does not have fails all that are asked with it.
  const names = Object.keys(METRICS).filter((name) => isDtu || name !== 'dtu_consumption_percent');
  const query = {
    metricnames: names.join(','),
    timespan: `${new Date(time - BACK_MS).toISOString()}/${new Date(time).toISOString()}`,
    interval: 'PT1M',
    aggregation: 'Average',
  };
  const answer = await arm.get(`${id}/providers/Microsoft.Insights/metrics`, query, signal);
  const values = Object.fromEntries(objectsAt(answer, 'value').flatMap(ratioOf));
  if (Object.keys(values).length === 0) return [];
  return [{ dataset: sqlPoolLoadDataset, time, dimensions: { account, region, server, pool }, values }];
}

/** The newest minute that has an average: those to come are there without one. */
function ratioOf(metric: JsonFields): [string, number][] {
  const name = METRICS[textAt(metric, 'name', 'value') ?? ''];
  const [series] = objectsAt(metric, 'timeseries');
  const averages = objectsAt(series, 'data').flatMap((minute) => numberAt(minute, 'average') ?? []);
  const newest = averages.at(-1);
  return name === undefined || newest === undefined ? [] : [[name, newest / 100]];
}
