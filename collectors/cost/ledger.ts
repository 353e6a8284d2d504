import { LOOKBACK_MS } from '../../src/collect/newest-samples.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { addAll, type Amounts } from './amount.ts';
import { parseLedgerState, serialiseLedgerState, type Day, type LedgerState } from './ledger-state.ts';
import { chargePot, type Pot } from './pot.ts';
import { bearersOf, type BillDay } from './reconcile.ts';

export const DAY_MS = 86_400_000;
/** A bill may come so many days late. */
export const KEEP_DAYS = 10;

/** What was spent, by day, tenant and component. Sums are exact; nothing is charged twice, also over a restart. */
export interface Ledger {
  /** Whether it goes on from an earlier one. */
  readonly goesOn: boolean;
  /**
   * Charges the time since the last call. A time that nobody saw is not charged beyond two intervals, so it is missing
   * from `seenMs` of its day.
   * @param longestMs what those are
   */
  charge(pots: readonly Pot[], now: number, longestMs?: number): void;
  /** Takes what was really paid on a day, also one that nobody saw; false for one that is too long ago. */
  bill(day: BillDay): boolean;
  /** Takes days that are over from another ledger, unless it has them. */
  take(closed: readonly Day[], now: number): void;
  /** Leaves out days that are kept elsewhere. */
  drop(elsewhere: ReadonlySet<number>): void;
  /** The days that are kept, the bill where there is one. */
  days(): readonly Day[];
  /** Everything of the month of `now`. */
  monthToDate(now: number): Amounts;
  contents(): LedgerState;
  toState(): JsonValue;
}

/** The contents of a ledger that begins. */
export const NOTHING: LedgerState = { at: 0, days: [], before: { month: '', amounts: new Map() } };

/** A ledger that goes on from the state of an earlier one. */
export function createLedger(state: JsonValue): Ledger {
  return ledgerOf(parseLedgerState(state));
}

/** A ledger that goes on from the contents of an earlier one. */
export function ledgerOf(earlier: LedgerState | undefined): Ledger {
  const known = earlier ?? NOTHING;
  let { at, before } = known;
  const days = new Map(known.days.map((day) => [day.day, day]));

  function charge(pots: readonly Pot[], now: number, longestMs = LOOKBACK_MS): void {
    // A clock that was set back charges nothing until it has come back to where it was, a day at most.
    const isBack = now < at && at - now < DAY_MS;
    if (isBack) return;
    const from = at === 0 || now < at ? now : Math.max(at, now - longestMs);
    for (const [start, end] of byDay(from, now)) chargeDay(pots, start, end);
    at = now;
    forgetOld(Math.floor(now / DAY_MS) - KEEP_DAYS);
  }

  function chargeDay(pots: readonly Pot[], start: number, end: number): void {
    const day = Math.floor(start / DAY_MS);
    const entry = days.get(day) ?? { day, seenMs: 0, estimate: new Map(), credits: 0 };
    const estimate = copyOf(entry.estimate);
    for (const pot of pots) chargePot(estimate, pot, end - start);
    days.set(day, { ...entry, estimate, seenMs: entry.seenMs + end - start });
  }

  /** Days that leave are of use to their month only. */
  function forgetOld(oldest: number): void {
    for (const [day, entry] of days) {
      if (day >= oldest) continue;
      days.delete(day);
      const month = monthOf(day * DAY_MS);
      const sum = copyOf(before.month === month ? before.amounts : new Map());
      addAll(sum, amountsOf(entry));
      before = { month, amounts: sum };
    }
  }

  function take(closed: readonly Day[], now: number): void {
    at = Math.max(at, now);
    for (const day of closed) if (!days.has(day.day)) days.set(day.day, day);
    forgetOld(Math.floor(now / DAY_MS) - KEEP_DAYS);
  }

  function drop(elsewhere: ReadonlySet<number>): void {
    for (const day of elsewhere) days.delete(day);
  }

  function bill(billDay: BillDay): boolean {
    const { day, credits } = billDay;
    if (day < Math.floor(at / DAY_MS) - KEEP_DAYS) return false;
    const entry = days.get(day) ?? { day, seenMs: 0, estimate: new Map() };
    days.set(day, { ...entry, billed: bearersOf(billDay, nearestEstimate(day)), credits });
    return true;
  }

  /** A day that nobody saw is shared as the day next to it. */
  function nearestEstimate(wanted: number): Amounts {
    const estimated = [...days.values()].filter(({ estimate }) => estimate.size > 0);
    const [nearest] = estimated.toSorted((a, b) => Math.abs(a.day - wanted) - Math.abs(b.day - wanted));
    return nearest?.estimate ?? new Map();
  }

  function monthToDate(now: number): Amounts {
    const month = monthOf(now);
    const sum = copyOf(before.month === month ? before.amounts : new Map());
    for (const entry of days.values())
      if (monthOf(entry.day * DAY_MS) === month) addAll(sum, amountsOf(entry));
    return sum;
  }

  const inOrder = (): Day[] => [...days.values()].toSorted((a, b) => a.day - b.day);
  return {
    goesOn: earlier !== undefined,
    charge,
    take,
    drop,
    bill,
    monthToDate,
    days: inOrder,
    contents: () => ({ at, days: inOrder(), before }),
    toState: () => serialiseLedgerState({ at, days: inOrder(), before }),
  };
}

/** What counts of a day: the bill, where there is one. */
export function amountsOf({ billed, estimate }: Day): Amounts {
  return billed ?? estimate;
}

/** `2026-11`. */
function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}

function* byDay(from: number, to: number): Iterable<readonly [number, number]> {
  for (let start = from; start < to;) {
    const end = Math.min(to, (Math.floor(start / DAY_MS) + 1) * DAY_MS);
    yield [start, end];
    start = end;
  }
}

function copyOf(amounts: Amounts): Map<string, number[]> {
  return new Map(Array.from(amounts, ([tenant, parts]) => [tenant, [...parts]]));
}
