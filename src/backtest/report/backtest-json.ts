import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Rule } from '../../ruler/rule.ts';
import type { BacktestDiff } from '../diff/backtest-diff.ts';
import type { MovedPage } from '../diff/diff-pages.ts';
import type { IncidentMatch } from '../incidents/match-incidents.ts';
import type { BacktestReport, WakingPage } from './backtest-report.ts';
import { headlineOf } from './words.ts';

/** A backtest for programs: times as RFC 3339 in UTC, durations in ms. */
export function backtestJson(report: BacktestReport, match?: IncidentMatch, diff?: BacktestDiff): JsonObject {
  const { result, nights, rules, receivers, weeks, outOfHours, wokenNights, quiet } = report;
  const { stepMs, tenants, series, evaluations, warnings } = result;
  const json = {
    headline: headlineOf(report),
    from: timeOf(result.start),
    to: timeOf(result.end),
    stepMs,
    tenants,
    series,
    evaluations,
    outOfHours,
    wokenNights,
    nights: nights.map(({ day }) => day),
    rules,
    receivers,
    weeks,
    quiet,
    warnings,
    pages: report.pages.map(pageJson),
    alerts: result.alerts.map(({ firedAt, resolvedAt, ...alert }) => ({
      ...alert,
      firedAt: timeOf(firedAt),
      resolvedAt: timeOf(resolvedAt),
    })),
    unjudged: result.unjudged.map(({ rule, ...each }) => ({ ...placeOf(rule), ...each })),
    leftOut: result.leftOut.map(({ rule, detail }) => ({ ...placeOf(rule), detail })),
    failed: result.failed.map(({ rule, detail, at }) => ({ ...placeOf(rule), detail, at: timeOf(at) })),
    incidents: match && matchJson(match),
    diff: diff && diffJson(diff),
  };
  const plain: JsonObject = JSON.parse(JSON.stringify(json));
  return plain;
}

function matchJson({ caught, missed, left, needless, stray }: IncidentMatch): Record<string, unknown> {
  return {
    caught: caught.map(({ incident, page, afterMs }) => ({
      id: incident.id,
      afterMs,
      page: page && pageJson(page),
    })),
    missed: missed.map(({ id }) => id),
    withoutPage: left.map(({ id }) => id),
    needless: needless.map(pageJson),
    stray: stray.map(pageJson),
  };
}

function diffJson({ pages, incidents }: BacktestDiff): Record<string, unknown> {
  const moved = ({ before, after, byMs }: MovedPage): Record<string, unknown> => ({
    ...pageJson(after),
    was: timeOf(before.at),
    byMs,
  });
  return {
    added: pages.added.map(pageJson),
    removed: pages.removed.map(pageJson),
    earlier: pages.earlier.map(moved),
    later: pages.later.map(moved),
    same: pages.same,
    newlyMissed: incidents?.missed.map(({ id }) => id),
    newlyCaught: incidents?.caught.map(({ id }) => id),
  };
}

function pageJson(page: WakingPage): Record<string, unknown> {
  const { rule, tenants, receiver, route, team, summary, isOutOfHours } = page;
  return {
    at: timeOf(page.at),
    endedAt: timeOf(page.endedAt),
    rule,
    tenants,
    receiver,
    route,
    team,
    summary,
    isOutOfHours,
  };
}

function placeOf({ name, position }: Rule): Record<string, JsonValue> {
  return { rule: name, file: position.file, line: position.line };
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
