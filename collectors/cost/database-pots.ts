import type { Fleet } from '../../src/collect/contract.ts';
import { databaseServers, tenantsByServer, valuesByTenant } from '../../src/collect/database-servers.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import type { Pot, Rates, Share, Unpriced } from './pot.ts';
import type { CostSettings } from './settings.ts';

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
  for (const { name, aliases, used = 1 } of databaseServers(series, tenants, now)) {
    const rate = aliases.map((key) => prices[key]).find((price) => price !== undefined);
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
