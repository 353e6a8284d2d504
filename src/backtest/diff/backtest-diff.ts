import type { IncidentRecord } from '../incidents/incident-records.ts';
import type { IncidentMatch } from '../incidents/match-incidents.ts';
import type { BacktestReport } from '../report/backtest-report.ts';
import { diffPages, type PageDiff } from './diff-pages.ts';

/** What new rules change over a span of history. */
export interface BacktestDiff {
  readonly pages: PageDiff;
  /** Recorded incidents that only the old or only the new rules page for; absent without records. */
  readonly incidents?: {
    readonly missed: readonly IncidentRecord[];
    readonly caught: readonly IncidentRecord[];
  };
}

/** A backtest, and what of recorded incidents it told. */
export interface MatchedReport {
  readonly report: BacktestReport;
  readonly match?: IncidentMatch;
}

/** Compares two backtests of the same history. */
export function diffBacktests(before: MatchedReport, after: MatchedReport): BacktestDiff {
  const { end } = after.report.result;
  const pages = diffPages(before.report.pages, after.report.pages, end);
  if (before.match === undefined || after.match === undefined) return { pages };
  const missedBefore = new Set(before.match.missed);
  const missedAfter = new Set(after.match.missed);
  return {
    pages,
    incidents: {
      missed: after.match.missed.filter((incident) => !missedBefore.has(incident)),
      caught: before.match.missed.filter((incident) => !missedAfter.has(incident)),
    },
  };
}
