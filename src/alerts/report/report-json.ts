import type { JsonObject } from '../../model/json.ts';
import type { WeeklyReport } from '../../model/weekly-report.ts';

/** The report for programs: times as RFC 3339 in UTC, durations in ms. */
export function reportJson(report: WeeklyReport): JsonObject {
  const { from, to, pages, healedAt, ...rest } = report;
  const json: JsonObject = JSON.parse(JSON.stringify(rest));
  return {
    ...json,
    from: timeOf(from),
    to: timeOf(to),
    pages: pages.map(({ at, tenant, ...page }) => ({
      ...page,
      at: timeOf(at),
      ...(tenant === undefined ? {} : { tenant }),
    })),
    healedAt: healedAt.map(timeOf),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
