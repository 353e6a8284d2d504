import { teamBudgets, type PageBudget } from '../../alerts/report/budget.ts';
import { isInOfficeHours, type OfficeHours } from '../../alerts/report/office-hours.ts';
import { wakingsOf, type Waking } from '../../alerts/report/wakings.ts';
import { weekBefore, weekOf, type Week } from '../../alerts/report/week.ts';
import type { ReportedTeam } from '../../model/weekly-report.ts';
import type { BacktestResult } from '../backtest.ts';
import { countNights, nightsOf, type Night } from './nights.ts';
import { ruleRows, type RuleRow } from './rule-rows.ts';

export interface BacktestSettings {
  readonly officeHours: OfficeHours;
  readonly budget: PageBudget;
  /** The zone of weeks. */
  readonly timeZone: string;
  /** What fires again within so many ms of its end flaps. */
  readonly flapsWithin: number;
}

/** Somebody would have been woken, once for an episode of an incident. */
export interface WakingPage {
  /** ms */
  readonly at: number;
  /** When its incident was over, ms; absent when it was open at the end. */
  readonly endedAt?: number;
  readonly rule: string;
  /** All tenants of its alerts. */
  readonly tenants: readonly string[];
  /** Values of labels of its alerts, and what its victims share: `sql-7`. */
  readonly traits: readonly string[];
  readonly receiver: string;
  readonly route: string;
  readonly team: string;
  readonly summary: string;
  readonly isOutOfHours: boolean;
}

export interface ReceiverRow {
  readonly receiver: string;
  readonly pages: number;
  readonly outOfHours: number;
  /** What it was told that wakes nobody. */
  readonly messages: number;
}

export interface WeekRow {
  /** `2026-W46` */
  readonly week: string;
  readonly pages: number;
  readonly teams: readonly ReportedTeam[];
}

/** What a backtest comes to. Times in ms. */
export interface BacktestReport {
  readonly result: BacktestResult;
  readonly nights: readonly Night[];
  readonly pages: readonly WakingPage[];
  readonly outOfHours: number;
  /** Nights on which a page came out of hours. */
  readonly wokenNights: number;
  /** Of rules that fired, the loudest first. */
  readonly rules: readonly RuleRow[];
  readonly receivers: readonly ReceiverRow[];
  readonly weeks: readonly WeekRow[];
  readonly budget: PageBudget;
  /** In which times are told. */
  readonly timeZone: string;
  /** Rules that were judged and never fired. */
  readonly quiet: readonly string[];
}

/** Counts what rules and routes would have done. */
export function backtestReport(result: BacktestResult, settings: BacktestSettings): BacktestReport {
  const { start, end, incidents } = result;
  const { officeHours, timeZone, budget } = settings;
  const byReceiver = Map.groupBy(result.pages, ({ receiver }) => receiver);
  const told = [...byReceiver].map(([receiver, own]) => ({
    receiver,
    wakings: wakingsOf(own, incidents),
    messages: own.filter(({ wakes }) => !wakes).length,
  }));
  const pages = told
    .flatMap(({ receiver, wakings }) => wakings.map((each) => toPage(each, receiver, officeHours, result)))
    .toSorted((a, b) => a.at - b.at);
  const nights = nightsOf(start, end, officeHours.time_zone);
  const late = pages.filter(({ isOutOfHours }) => isOutOfHours).map(({ at }) => at);
  const wakings = told.flatMap((each) => each.wakings).toSorted((a, b) => a.at - b.at);
  const rules = ruleRows(result, wakings, nights, settings.flapsWithin);
  return {
    result,
    nights,
    pages,
    rules,
    budget,
    timeZone: officeHours.time_zone,
    outOfHours: late.length,
    wokenNights: countNights(nights, late),
    receivers: told.map(({ receiver, messages }) => {
      const own = pages.filter((page) => page.receiver === receiver);
      return {
        receiver,
        messages,
        pages: own.length,
        outOfHours: own.filter((page) => page.isOutOfHours).length,
      };
    }),
    weeks: weeksOf(start, end, timeZone).map((week) => weekRow(week, wakings, budget)),
    quiet: quietRules(result, rules),
  };
}

function toPage(
  { incident, at, rule, route, team, summary }: Waking,
  receiver: string,
  hours: OfficeHours,
  { pages, end }: BacktestResult,
): WakingPage {
  const page = pages.find((each) => each.at === at && each.receiver === receiver && each.summary === summary);
  const endedAt = incident?.endedAt;
  return {
    at,
    rule,
    receiver,
    route,
    team,
    summary,
    tenants: page?.tenants ?? [],
    traits: page?.traits ?? [],
    isOutOfHours: !isInOfficeHours(at, hours),
    ...(endedAt === undefined || endedAt > end ? {} : { endedAt }),
  };
}

function weekRow({ id, from, to }: Week, all: readonly Waking[], budget: PageBudget): WeekRow {
  const own = all.filter(({ at }) => at >= from && at < to);
  return { week: id, pages: own.length, teams: teamBudgets(own, budget) };
}

/** The weeks that a span touches, oldest first. */
function weeksOf(start: number, end: number, timeZone: string): Week[] {
  const weeks = [weekOf(end, timeZone)];
  for (let [week] = weeks; week !== undefined && week.from > start;) {
    week = weekBefore(week, timeZone);
    weeks.unshift(week);
  }
  return weeks;
}

function quietRules(
  { groups, unjudged, leftOut, failed }: BacktestResult,
  rows: readonly RuleRow[],
): string[] {
  const named = new Set([
    ...rows.map(({ rule }) => rule),
    ...[...unjudged, ...leftOut, ...failed].map(({ rule }) => rule.name),
  ]);
  const alerting = groups.flatMap(({ rules }) => rules).filter(({ kind }) => kind === 'alert');
  return [...new Set(alerting.map(({ name }) => name))].filter((name) => !named.has(name)).toSorted();
}
