import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { LOOKBACK_MS, newest } from '../../src/collect/newest-samples.ts';
import { Failure } from '../../src/model/failure.ts';
import { labelValue } from '../../src/model/labels.ts';
import type { Point } from '../../src/model/point.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import type { ClosedDays } from './closed-days.ts';
import type { CostDeps } from './deps.ts';
import { joined } from './ledger-state.ts';
import { createLedger, DAY_MS, ledgerOf, NOTHING, type Ledger } from './ledger.ts';
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
import { isCounting } from './settings.ts';

/** Rules look back 5 minutes. */
const INTERVAL_MS = 120_000;
const WASTING = new Set(['dormant', 'dead']);

/** Says what tenants cost. Reads what other polls read, and the bill. */
export function createTenants({ series, settings }: CostDeps, closed: ClosedDays): PollCollector {
  async function* poll(_: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    const { fleet } = context;
    const { cost } = settings();
    if (!isCounting(cost)) {
      yield [];
      return;
    }
    const ledger = createLedger(context.state);
    // Where nothing was ever counted, nothing is kept.
    if (!ledger.goesOn) closed.kept ??= NOTHING;
    if (closed.kept === undefined)
      throw new Failure(
        'not_found',
        'the days before have not been read since the start: a poll soon has them',
        {
          retryable: true,
        },
      );
    const { pots, unpriced } = ratesOf(series, cost, fleet, now);
    ledger.charge(pots, now, Math.max(LOOKBACK_MS, 2 * (cost.interval ?? 0)));
    const everything = withClosed(ledger, closed, now);
    context.state = ledger.toState();
    const dormant = dormantTenants(series, now);
    yield costPoints({ ledger: everything, settings: cost, fleet, dormant, unpriced, now });
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

/** Hands over the days that are over, and forgets those that are kept durably. */
function withClosed(ledger: Ledger, closed: ClosedDays, now: number): Ledger {
  ledger.drop(closed.durable);
  const today = Math.floor(now / DAY_MS);
  closed.counted = ledger.days().filter(({ day }) => day < today);
  return ledgerOf(joined(ledger.contents(), closed.kept ?? NOTHING));
}

function dormantTenants(series: SeriesReader, now: number): Set<string> {
  const classes = newest(series, 'octopus_activity_class_info', now);
  return new Set(
    classes
      .filter(({ labels }) => WASTING.has(labelValue(labels, 'class')))
      .map(({ labels }) => labelValue(labels, 'tenant')),
  );
}
