import type { Fleet } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import { COMPONENTS, sumOf, toMoney, totalOf } from './amount.ts';
import { amountsOf, DAY_MS, type Ledger } from './ledger.ts';
import type { Unpriced } from './pot.ts';
import { DAYS_A_MONTH } from './rates.ts';
import {
  allocationOf,
  comparison,
  dailyMeans,
  isWhole,
  lastDays,
  spendOf,
  type Allocation,
} from './report.ts';
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

/** What is known now. */
export interface Report {
  readonly ledger: Ledger;
  readonly settings: CostSettings;
  readonly fleet: Fleet;
  /** Tenants that are dormant or dead. */
  readonly dormant: ReadonlySet<string>;
  readonly unpriced: readonly Unpriced[];
  /** ms */
  readonly now: number;
}

/** Everything that is said of costs. */
export function costPoints(report: Report): Point[] {
  return [
    ...allocationPoints(report),
    ...monthPoints(report),
    ...fleetPoints(report),
    ...billPoints(report),
    ...report.unpriced.map(({ kind, name }): Point => {
      return {
        dataset: unpricedDataset,
        time: report.now,
        dimensions: { kind, name },
        values: { cost_unpriced_info: 1 },
      };
    }),
  ];
}

/** A row for each tenant and component that ever cost something this month, or on the last day. */
function allocationPoints({ ledger, settings, fleet, now }: Report): Point[] {
  const { last } = lastDays(ledger.days(), now);
  const month = allocationOf(ledger.monthToDate(now), fleet);
  const day = last === undefined ? undefined : allocationOf(amountsOf(last), fleet);
  const tenants = new Set(['', ...month.amounts.keys(), ...(day?.amounts.keys() ?? [])]);
  const known = [...tenants].flatMap((tenant) =>
    COMPONENTS.map((component, index) => {
      const of = (allocation: Allocation): number => allocation.amounts.get(tenant)?.[index] ?? 0;
      return { tenant, component, day: day && of(day), month: of(month) };
    }),
  );
  return [...known, { tenant: '', component: 'gone', day: day?.gone, month: month.gone }]
    .filter((row) => (row.day ?? 0) > 0 || row.month > 0)
    .map(({ tenant, component, ...units }) => ({
      dataset: costDataset,
      time: now,
      tenant,
      dimensions: { component, currency: settings.currency },
      values: {
        cost_last_day: units.day === undefined ? undefined : toMoney(units.day),
        cost_month_to_date: toMoney(units.month),
      },
    }));
}

function monthPoints({ ledger, settings, fleet, now }: Report): Point[] {
  return [...dailyMeans(ledger.days(), now)].flatMap(([tenant, mean]): Point[] => {
    const instance = fleet.find(tenant);
    if (instance === undefined) return [];
    const month = mean * DAYS_A_MONTH;
    const revenue = settings.revenue_month[instance.info['plan'] ?? ''];
    const values = {
      cost_month_projected: month,
      cost_margin_month: revenue === undefined ? undefined : revenue - month,
    };
    const ratio = { cost_vs_target_ratio: month / settings.target_month };
    const { currency } = settings;
    return [
      { dataset: costTenantDataset, time: now, tenant, dimensions: { currency }, values },
      { dataset: costTargetDataset, time: now, tenant, dimensions: {}, values: ratio },
    ];
  });
}

function fleetPoints({ ledger, settings, fleet, dormant, now }: Report): Point[] {
  const { last, before } = lastDays(ledger.days(), now);
  const month = toMoney(totalOf(ledger.monthToDate(now)));
  const dimensions = { currency: settings.currency };
  if (last === undefined)
    return [
      { dataset: costFleetDataset, time: now, dimensions, values: { cost_fleet_month_to_date: month } },
      {
        dataset: costCoverageDataset,
        time: now,
        dimensions: {},
        values: { cost_dormant_tenants: dormant.size },
      },
    ];
  const { amounts } = allocationOf(amountsOf(last), fleet);
  const all = totalOf(amountsOf(last));
  const unallocated = sumOf(amounts.get('') ?? []);
  const spend = spendOf(amounts, dormant);
  const isComparable = before !== undefined && isWhole(last) && isWhole(before);
  const money = {
    cost_fleet_month_to_date: month,
    cost_fleet_last_day: toMoney(all),
    cost_fleet_day_before: isComparable ? toMoney(totalOf(amountsOf(before))) : undefined,
    cost_unallocated_last_day: toMoney(unallocated),
    cost_dormant_last_day: spend.all,
    cost_reclaimable_last_day: spend.reclaimable,
  };
  const coverage = {
    cost_unallocated_ratio: all > 0 ? unallocated / all : undefined,
    cost_last_day_seen_ratio: Math.min(1, last.seenMs / DAY_MS),
    cost_dormant_tenants: dormant.size,
  };
  return [
    { dataset: costFleetDataset, time: now, dimensions, values: money },
    { dataset: costCoverageDataset, time: now, dimensions: {}, values: coverage },
  ];
}

function billPoints({ ledger, settings, now }: Report): Point[] {
  const found = comparison(ledger.days());
  if (found === undefined) return [];
  const values = {
    cost_billed: found.billed,
    cost_billed_estimate: found.estimate,
    cost_billed_credits: found.credits,
    cost_billed_span_seconds: (found.days * DAY_MS) / 1000,
  };
  return [{ dataset: costBillDataset, time: now, dimensions: { currency: settings.currency }, values }];
}
