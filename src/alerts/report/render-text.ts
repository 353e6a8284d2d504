import { humanDuration } from '../../model/duration.ts';
import type { ReportedPage, WeeklyReport } from '../../model/weekly-report.ts';
import { figuresOf } from './report-words.ts';
import { textTable, wrap } from './text-lines.ts';

const MOST_PAGES = 40;
const MOST_ROWS = 20;

/** The report as lines of at most 80 columns, for a terminal or a mail without HTML. */
export function renderText(report: WeeklyReport): string {
  const { headline, lead, period, timeZone, url } = report;
  const sections = [
    [...wrap(headline), ...wrap(lead), ...wrap(`${period}, ${timeZone}`)],
    titled(
      'To change',
      report.changes.flatMap((change) => wrap(change, '- ', '  ')),
    ),
    pageLines(report),
    titled('In numbers', textTable(figuresOf(report))),
    ruleLines(report),
    routeLines(report),
    remedyLines(report),
    weekLines(report),
    url === undefined ? [] : [url],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function pageLines({ pages, outOfHours }: WeeklyReport): string[] {
  const shown = pages.slice(-MOST_PAGES).flatMap(pageLine);
  const hidden = pages.length > MOST_PAGES ? [`  and ${pages.length - MOST_PAGES} before`] : [];
  return titled(outOfHours === 0 ? 'Pages' : 'Pages (* out of hours)', [...hidden, ...shown]);
}

function pageLine({ when, isOutOfHours, summary, rule, outcome }: ReportedPage): string[] {
  const indent = ' '.repeat(13);
  return [
    ...wrap(summary, `${isOutOfHours ? '*' : ' '} ${when}  `, indent),
    ...wrap(outcome === '' ? rule : `${rule}, ${outcome}`, indent, indent),
  ];
}

function ruleLines({ rules }: WeeklyReport): string[] {
  const header = ['Rules', 'pages', 'out of hours', 'over by itself', 'came back'];
  const rows = rules.map(({ rule, pages, outOfHours, byThemselves, flaps }) =>
    [rule, pages, outOfHours, byThemselves, flaps].map(String),
  );
  return tableOf(header, rows);
}

function routeLines({ routes }: WeeklyReport): string[] {
  const rows = routes.map(({ route, pages, outOfHours }) => [route, pages, outOfHours].map(String));
  return tableOf(['Routes', 'pages', 'out of hours'], rows);
}

function remedyLines({ remedies }: WeeklyReport): string[] {
  const rows = remedies.map(({ remedy, healed, failed, medianMs }) => [
    remedy,
    String(healed),
    String(failed),
    medianMs === undefined ? '' : humanDuration(medianMs),
  ]);
  return tableOf(['Healed without a page', 'healed', 'not helped', 'median'], rows);
}

function weekLines({ weeks }: WeeklyReport): string[] {
  if (weeks.length < 2) return [];
  const words = weeks.map(({ week, pages }) => `${week.slice(-3)} ${pages}`);
  return titled('Pages a week', wrap(words.join(', ')));
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const hidden = rows.length > MOST_ROWS ? [`and ${rows.length - MOST_ROWS} more`] : [];
  return [...textTable([header, ...rows.slice(0, MOST_ROWS)]), ...hidden];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}
