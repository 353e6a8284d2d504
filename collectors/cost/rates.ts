import type { Fleet } from '../../src/collect/contract.ts';
import { newest } from '../../src/collect/newest-samples.ts';
import { labelValue } from '../../src/model/labels.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import { clusterPots } from './cluster-pots.ts';
import { databasePots } from './database-pots.ts';
import { machinePots } from './machine-pots.ts';
import type { Pot, Rates } from './pot.ts';
import type { CostSettings, Prices } from './settings.ts';

const GIB = 2 ** 30;
/** Of the average month: 365.25 days a year. */
export const DAYS_A_MONTH = 30.4375;
const HOURS_A_MONTH = DAYS_A_MONTH * 24;

/** Everything that costs money now, as far as it is seen and has a price. */
export function ratesOf(series: SeriesReader, settings: CostSettings, fleet: Fleet, now: number): Rates {
  const { prices } = settings;
  const machines = machinePots(series, prices, fleet, now);
  const databases = databasePots(series, settings, fleet, now);
  const pots = [
    ...clusterPots(series, prices, fleet, now),
    ...machines.pots,
    ...databases.pots,
    ...volumePots(series, prices, fleet, now),
    overheadPot(prices, fleet),
  ];
  return {
    pots: pots.filter(({ rate }) => rate > 0),
    unpriced: [...machines.unpriced, ...databases.unpriced],
  };
}

function volumePots(series: SeriesReader, prices: Prices, fleet: Fleet, now: number): Pot[] {
  const volumes = newest(series, 'kube_persistentvolumeclaim_resource_requests_storage_bytes', now);
  return volumes.map(({ labels, value }) => {
    const tenant = fleet.find(labelValue(labels, 'tenant'))?.tenant ?? '';
    const rate = ((value / GIB) * prices.storage_gib_month) / HOURS_A_MONTH;
    return { rate, component: 'storage', shares: [{ tenant, component: 'storage', weight: 1 }] };
  });
}

/** Everybody bears the same. */
function overheadPot(prices: Prices, fleet: Fleet): Pot {
  const shares = Array.from(
    fleet.all(),
    ({ tenant }) => ({ tenant, component: 'overhead', weight: 1 }) as const,
  );
  return { rate: prices.overhead_month / HOURS_A_MONTH, component: 'overhead', shares };
}
