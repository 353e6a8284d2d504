import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { LOOKBACK_MS, newest } from '../../src/collect/newest-samples.ts';
import { labelValue } from '../../src/model/labels.ts';
import type { Point } from '../../src/model/point.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import type { BillBook } from './bill.ts';
import type { CostDeps } from './deps.ts';
import { createLedger } from './ledger.ts';
import { costPoints } from './points.ts';
import { ratesOf } from './rates.ts';
import {
  costBillDataset,
  costCoverageDataset,
  costDataset,
  costFleetDataset,
  costTargetDataset,
  costTenantDataset,
  unpricedDataset,
} from './schema.ts';
import type { CostSettings } from './settings.ts';

/** Rules look back 5 minutes. */
const INTERVAL_MS = 120_000;
const WASTING = new Set(['dormant', 'dead']);

/** Says what tenants cost. Reads what other polls read, and the bill. */
export function createTenants({ series, settings }: CostDeps, book: BillBook): PollCollector {
  async function* poll(_: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    const { fleet } = context;
    const { cost } = settings();
    if (cost.bill === undefined && !hasPrices(cost)) {
      yield [];
      return;
    }
    const ledger = createLedger(context.state);
    if (context.state !== null && !ledger.goesOn)
      context.log.error({}, 'what was counted of costs before cannot be read: the month begins anew');
    const { pots, unpriced } = ratesOf(series, cost, fleet, now);
    ledger.charge(pots, now, Math.max(LOOKBACK_MS, 2 * (cost.interval ?? 0)));
    if (cost.bill !== undefined) for (const day of book.days) ledger.bill(day);
    context.state = ledger.toState();
    const dormant = dormantTenants(series, now);
    yield costPoints({ ledger, settings: cost, fleet, dormant, unpriced, now });
  }

  const datasets = [
    costDataset,
    costTenantDataset,
    costTargetDataset,
    costFleetDataset,
    costCoverageDataset,
    costBillDataset,
    unpricedDataset,
  ];
  return { name: 'cost/tenants', reads: 'fleet', datasets, intervalMs: INTERVAL_MS, poll };
}

function hasPrices({ prices }: CostSettings): boolean {
  return Object.values(prices)
    .flatMap((price: number | Readonly<Record<string, number>>) =>
      typeof price === 'number' ? [price] : Object.values(price),
    )
    .some((price) => price > 0);
}

function dormantTenants(series: SeriesReader, now: number): Set<string> {
  const classes = newest(series, 'octopus_activity_class_info', now);
  return new Set(
    classes
      .filter(({ labels }) => WASTING.has(labelValue(labels, 'class')))
      .map(({ labels }) => labelValue(labels, 'tenant')),
  );
}
