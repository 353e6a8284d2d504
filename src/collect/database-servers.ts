import { labelValue } from '../model/labels.ts';
import type { SeriesReader } from '../model/series.ts';
import type { Fleet } from './contract.ts';
import { newest } from './newest-samples.ts';

/** A server, or an elastic pool, that holds databases of tenants. */
export interface DatabaseServer {
  /** As `octopus_instance_info` names it. */
  readonly name: string;
  /** What else it goes by: its identifier, class or SKU, the name of its pool; its name first. */
  readonly aliases: readonly string[];
  /** How much of it is used, 0 to 1; undefined where nobody says. */
  readonly used: number | undefined;
}

/** Tenants by the database server that their `info` names. */
export function tenantsByServer(fleet: Fleet): Map<string, string[]> {
  const byServer = new Map<string, string[]>();
  for (const { tenant, info } of fleet.all()) {
    const server = info['database_server'];
    if (server === undefined || server === '') continue;
    const known = byServer.get(server);
    if (known === undefined) byServer.set(server, [tenant]);
    else known.push(tenant);
  }
  return byServer;
}

/** The newest positive values of a metric with the label `tenant`, added up; empty without a metric. */
export function valuesByTenant(
  series: SeriesReader,
  metric: string | undefined,
  now: number,
): Map<string, number> {
  const byTenant = new Map<string, number>();
  if (metric === undefined) return byTenant;
  for (const { labels, value } of newest(series, metric, now)) {
    const tenant = labelValue(labels, 'tenant');
    if (value > 0) byTenant.set(tenant, (byTenant.get(tenant) ?? 0) + value);
  }
  return byTenant;
}

/** Servers that a cloud tells of, and those that only the fleet names. */
export function databaseServers(
  series: SeriesReader,
  tenants: ReadonlyMap<string, readonly string[]>,
  now: number,
): Iterable<DatabaseServer> {
  const servers = new Map<string, DatabaseServer>();
  for (const name of tenants.keys()) servers.set(name, { name, aliases: [name], used: undefined });
  const ofRds = usedBy(series, 'aws_rds_cpu_utilization_ratio', ['database_server'], now);
  for (const { labels } of newest(series, 'aws_rds_info', now)) {
    const name = labelValue(labels, 'database_server');
    const keys = [name, labelValue(labels, 'identifier'), labelValue(labels, 'instance_class')];
    servers.set(name, { name, aliases: keys, used: ofRds.get(name) });
  }
  const ofDtus = usedBy(series, 'azure_sql_pool_dtu_ratio', ['server', 'pool'], now);
  const ofCpu = usedBy(series, 'azure_sql_pool_cpu_ratio', ['server', 'pool'], now);
  for (const { labels } of newest(series, 'azure_sql_pool_databases', now)) {
    const [server, pool] = [labelValue(labels, 'server'), labelValue(labels, 'pool')];
    const full = `${server}/${pool}`;
    const name = [full, pool, server].find((one) => tenants.has(one)) ?? full;
    const used = ofDtus.get(full) ?? ofCpu.get(full);
    servers.set(name, { name, aliases: [full, pool, server, labelValue(labels, 'sku')], used });
  }
  return servers.values();
}

function usedBy(
  series: SeriesReader,
  metric: string,
  names: readonly string[],
  now: number,
): ReadonlyMap<string, number> {
  const samples = newest(series, metric, now);
  return new Map(
    samples.map(({ labels, value }) => [names.map((name) => labelValue(labels, name)).join('/'), value]),
  );
}
