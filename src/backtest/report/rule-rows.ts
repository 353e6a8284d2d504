import { flapsByRule } from '../../alerts/report/flaps.ts';
import { isSoonOverByItself, medianOf } from '../../alerts/report/rule-rows.ts';
import type { Waking } from '../../alerts/report/wakings.ts';
import type { BacktestResult } from '../backtest.ts';
import { countNights, nightRow, type Night } from './nights.ts';

/** What a rule would have done. Durations in ms. */
export interface RuleRow {
  readonly rule: string;
  readonly pages: number;
  readonly alerts: number;
  readonly nights: number;
  /** A character for each night, see `nightRow`. */
  readonly calendar: string;
  /** How long its alerts fired. */
  readonly totalMs: number;
  readonly medianMs?: number;
  /** How often it came back soon after its end. */
  readonly flaps: number;
  /** Pages that were over by themselves within ten minutes. */
  readonly byThemselves: number;
}

/** Of rules that fired, those with most pages first, then with most alerts. */
export function ruleRows(
  { alerts, incidents, start, end }: BacktestResult,
  wakings: readonly Waking[],
  nights: readonly Night[],
  flapsWithin: number,
): RuleRow[] {
  const flaps = flapsByRule(incidents, { from: start, to: end + 1 }, flapsWithin);
  const pagesOf = Map.groupBy(wakings, ({ rule }) => rule);
  const alertsOf = Map.groupBy(alerts, ({ rule }) => rule);
  const names = new Set([...pagesOf.keys(), ...alertsOf.keys()]);
  return Array.from(names, (rule) => {
    const own = pagesOf.get(rule) ?? [];
    const times = own.map(({ at }) => at);
    const durations = (alertsOf.get(rule) ?? []).map(({ firedAt, resolvedAt = end }) => resolvedAt - firedAt);
    const medianMs = medianOf(durations);
    return {
      rule,
      pages: own.length,
      alerts: durations.length,
      nights: countNights(nights, times),
      calendar: nightRow(nights, times),
      totalMs: durations.reduce((sum, ms) => sum + ms, 0),
      ...(medianMs === undefined ? {} : { medianMs }),
      flaps: flaps.get(rule) ?? 0,
      byThemselves: own.filter(isSoonOverByItself).length,
    };
  }).toSorted((a, b) => b.pages - a.pages || b.alerts - a.alerts || (a.rule < b.rule ? -1 : 1));
}
