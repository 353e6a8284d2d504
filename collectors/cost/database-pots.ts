import type { Fleet } from '../../src/collect/contract.ts';
import { labelValue } from '../../src/model/labels.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import { newest } from './newest.ts';
import type { Pot, Rates, Share, Unpriced } from './pot.ts';
import type { CostSettings } from './settings.ts';

/** A server, or an elastic pool, that holds databases of tenants. */
interface DatabaseServer {
  /** As `octopus_instance_info` names it. */
  readonly name: string;
  /** Under which it may have a price. */
  readonly priceKeys: readonly string[];
  /** How much of it is used, 0 to 1; undefined where nobody says. */
  readonly used: number | undefined;
}

/**
 * Shared database servers: w = ½ load share + ½ storage share of each tenant, where they are known, else all the same. What
 * is idle all tenants of the server bear in equal parts, which is the least that one costs.
 */
export function databasePots(series: SeriesReader, settings: CostSettings, fleet: Fleet, now: number): Rates {
  const tenants = tenantsByServer(fleet);
  const loads = valuesByTenant(series, settings.database_load_metric, now);
  const sizes = valuesByTenant(series, settings.database_storage_metric, now);
  const pots: Pot[] = [];
  const unpriced: Unpriced[] = [];
  const prices = settings.prices.database_servers;
  const hasPrices = Object.keys(prices).length > 0;
  for (const { name, priceKeys, used = 1 } of serversOf(series, tenants, now)) {
    const rate = priceKeys.map((key) => prices[key]).find((price) => price !== undefined);
    if (rate === undefined) {
      if (hasPrices) unpriced.push({ kind: 'database_server', name });
      continue;
    }
    const weights = weightsOf(tenants.get(name) ?? [], loads, sizes);
    pots.push({ rate, component: 'database', shares: sharesOf(weights, Math.min(1, Math.max(0, used))) });
  }
  return { pots, unpriced };
}

function sharesOf(weights: ReadonlyMap<string, number>, used: number): Share[] {
  return [...weights].flatMap(([tenant, weight]): Share[] => [
    { tenant, component: 'database', weight: used * weight },
    { tenant, component: 'database_idle', weight: (1 - used) / weights.size },
  ]);
}

/** Weights that sum up to 1. A share that is not known of any tenant counts for nothing; one that is lacking is zero. */
function weightsOf(
  tenants: readonly string[],
  ...measures: readonly ReadonlyMap<string, number>[]
): ReadonlyMap<string, number> {
  const shares = measures.flatMap((measure) => {
    const sum = tenants.reduce((all, tenant) => all + (measure.get(tenant) ?? 0), 0);
    return sum > 0 ? [(tenant: string) => (measure.get(tenant) ?? 0) / sum] : [];
  });
  return new Map(
    tenants.map((tenant) => {
      const known = shares.map((share) => share(tenant));
      const equal = 1 / tenants.length;
      return [
        tenant,
        known.length === 0 ? equal : known.reduce((sum, share) => sum + share, 0) / known.length,
      ];
    }),
  );
}

function tenantsByServer(fleet: Fleet): Map<string, string[]> {
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

function valuesByTenant(series: SeriesReader, metric: string | undefined, now: number): Map<string, number> {
  const byTenant = new Map<string, number>();
  if (metric === undefined) return byTenant;
  for (const { labels, value } of newest(series, metric, now)) {
    const tenant = labelValue(labels, 'tenant');
    if (value > 0) byTenant.set(tenant, (byTenant.get(tenant) ?? 0) + value);
  }
  return byTenant;
}

/** Servers that a cloud tells of, and those that only the fleet names. */
function serversOf(
  series: SeriesReader,
  tenants: ReadonlyMap<string, unknown>,
  now: number,
): Iterable<DatabaseServer> {
  const servers = new Map<string, DatabaseServer>();
  for (const name of tenants.keys()) servers.set(name, { name, priceKeys: [name], used: undefined });
  const ofRds = usedBy(series, 'aws_rds_cpu_utilization_ratio', ['database_server'], now);
  for (const { labels } of newest(series, 'aws_rds_info', now)) {
    const name = labelValue(labels, 'database_server');
    const keys = [name, labelValue(labels, 'identifier'), labelValue(labels, 'instance_class')];
    servers.set(name, { name, priceKeys: keys, used: ofRds.get(name) });
  }
  const ofDtus = usedBy(series, 'azure_sql_pool_dtu_ratio', ['server', 'pool'], now);
  const ofCpu = usedBy(series, 'azure_sql_pool_cpu_ratio', ['server', 'pool'], now);
  for (const { labels } of newest(series, 'azure_sql_pool_databases', now)) {
    const [server, pool] = [labelValue(labels, 'server'), labelValue(labels, 'pool')];
    const full = `${server}/${pool}`;
    const name = [full, pool, server].find((one) => tenants.has(one)) ?? full;
    const used = ofDtus.get(full) ?? ofCpu.get(full);
    servers.set(name, { name, priceKeys: [full, pool, server, labelValue(labels, 'sku')], used });
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
