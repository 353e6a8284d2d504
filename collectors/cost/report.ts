import type { Fleet } from '../../src/collect/contract.ts';
import { addPart, COMPONENTS, sumOf, totalOf, toMoney, type Amounts } from './amount.ts';
import type { Day } from './ledger-state.ts';
import { amountsOf, DAY_MS } from './ledger.ts';

/** A day of which less was seen is not compared with others. */
const SEEN_RATIO = 0.9;
/** A month is told by so many whole days. */
const WEEK = 7;
/** What would not be spent on a tenant that is scaled to zero. */
const RECLAIMABLE = COMPONENTS.indexOf('compute');

/** Units by tenant and by component; `gone` of all tenants that the fleet has no more. */
export interface Allocation {
  readonly amounts: Amounts;
  readonly gone: number;
}

/** The same amounts, of the tenants that the fleet knows, and of nobody. */
export function allocationOf(amounts: Amounts, fleet: Fleet): Allocation {
  const known = new Map<string, number[]>();
  let gone = 0;
  for (const [tenant, parts] of amounts) {
    if (tenant !== '' && fleet.find(tenant) === undefined) gone += sumOf(parts);
    else for (const [index, name] of COMPONENTS.entries()) addPart(known, tenant, name, parts[index] ?? 0);
  }
  return { amounts: known, gone };
}

/** The last whole day, and the one before it; undefined where they are not known. */
export function lastDays(
  days: readonly Day[],
  now: number,
): { last: Day | undefined; before: Day | undefined } {
  const yesterday = Math.floor(now / DAY_MS) - 1;
  const at = (wanted: number): Day | undefined => days.find(({ day }) => day === wanted);
  return { last: at(yesterday), before: at(yesterday - 1) };
}

/** Whether so much of a day is known that it can be compared. */
export function isWhole({ seenMs, billed }: Day): boolean {
  return billed !== undefined || seenMs >= SEEN_RATIO * DAY_MS;
}

/** Money by tenant on an average day of the last 7; of those that were there on each. Empty before there are 7. */
export function dailyMeans(days: readonly Day[], now: number): ReadonlyMap<string, number> {
  const today = Math.floor(now / DAY_MS);
  const week = days.filter(({ day }) => day < today && day >= today - WEEK).map(amountsOf);
  const means = new Map<string, number>();
  if (week.length < WEEK) return means;
  for (const tenant of week[0]?.keys() ?? []) {
    const parts = week.map((amounts) => amounts.get(tenant));
    if (tenant === '' || parts.includes(undefined)) continue;
    const sum = parts.reduce((all, one) => all + sumOf(one ?? []), 0);
    means.set(tenant, toMoney(sum) / WEEK);
  }
  return means;
}

/** What these tenants cost, and what of it they would not if they were scaled to zero. Money. */
export function spendOf(amounts: Amounts, tenants: Iterable<string>): { all: number; reclaimable: number } {
  let all = 0;
  let reclaimable = 0;
  for (const tenant of tenants) {
    const parts = amounts.get(tenant) ?? [];
    all += sumOf(parts);
    reclaimable += parts[RECLAIMABLE] ?? 0;
  }
  return { all: toMoney(all), reclaimable: toMoney(reclaimable) };
}

/** The bill and the estimate of the same days, money; undefined without one. */
export function comparison(
  days: readonly Day[],
): { billed: number; estimate: number; credits: number; days: number } | undefined {
  const both = days.filter(({ billed, seenMs }) => billed !== undefined && seenMs >= SEEN_RATIO * DAY_MS);
  if (both.length === 0) return undefined;
  const sum = (of: (day: Day) => number): number => toMoney(both.reduce((all, day) => all + of(day), 0));
  return {
    billed: sum(({ billed }) => totalOf(billed ?? new Map())),
    estimate: sum(({ estimate }) => totalOf(estimate)),
    credits: sum(({ credits }) => credits),
    days: both.length,
  };
}
