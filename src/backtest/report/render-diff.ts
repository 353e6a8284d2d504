import { textTable, wrap } from '../../alerts/report/text-lines.ts';
import { humanDuration } from '../../model/duration.ts';
import type { BacktestDiff } from '../diff/backtest-diff.ts';
import type { MovedPage, PageDiff } from '../diff/diff-pages.ts';
import type { IncidentRecord } from '../incidents/incident-records.ts';
import { incidentLine, listed, pageLine } from './render-incidents.ts';
import { titled } from './render-text.ts';
import { countOf } from './words.ts';

/** What other rules would have changed. */
export function renderDiff({ pages, incidents }: BacktestDiff, timeZone: string): string[] {
  const { added, removed, earlier, later, same } = pages;
  const line = (page: MovedPage): string =>
    `${pageLine(page.after, timeZone)}, ${humanDuration(Math.abs(page.byMs))} ${page.byMs < 0 ? 'earlier' : 'later'}`;
  const incident = (each: IncidentRecord): string => incidentLine(each, timeZone);
  return [
    ...wrap(
      `Against the old rules: ${countOf(added.length, 'page')} added, ${removed.length} removed, ` +
        `${earlier.length} earlier, ${later.length} later, ${same} as before.`,
    ),
    ...ruleTable(pages),
    ...titled('Added', listed(added.map((page) => pageLine(page, timeZone)))),
    ...titled('Removed', listed(removed.map((page) => pageLine(page, timeZone)))),
    ...titled('Moved', listed([...earlier, ...later].map(line))),
    ...titled('Newly missed', listed((incidents?.missed ?? []).map(incident))),
    ...titled('Newly caught', listed((incidents?.caught ?? []).map(incident))),
  ];
}

function ruleTable({ added, removed, earlier, later }: PageDiff): string[] {
  const counts = [
    added.map(({ rule }) => rule),
    removed.map(({ rule }) => rule),
    earlier.map(({ after }) => after.rule),
    later.map(({ after }) => after.rule),
  ];
  const rules = [...new Set(counts.flat())].toSorted();
  if (rules.length === 0) return [];
  const rows = rules.map((rule) => [
    rule,
    ...counts.map((all) => String(all.filter((each) => each === rule).length)),
  ]);
  return textTable([['Rules', 'added', 'removed', 'earlier', 'later'], ...rows]);
}
