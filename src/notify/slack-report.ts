import { humanDuration } from '../model/duration.ts';
import type { MessageBlock } from '../model/messenger.ts';
import type { ReportedPage, WeeklyReport } from '../model/weekly-report.ts';
import { escapeMrkdwn, mrkdwnLink } from './slack-mrkdwn.ts';

const MOST_ROWS = 10;
/** Of one line: ten of them are within the 3000 characters of a section. */
const MOST_LINE = 280;
const MOST_HEADER = 150;

/** The weekly report as Slack's Block Kit, within its limits (docs.slack.dev, Block Kit reference). */
export function reportBlocks(report: WeeklyReport): MessageBlock[] {
  const { headline, lead, period, timeZone, changes, pages, rules, remedies, url } = report;
  const woken = pages.filter(({ isOutOfHours }) => isOutOfHours);
  const more = url === undefined ? [] : [mrkdwnLink(url, 'octowatch')];
  return [
    { type: 'header', text: { type: 'plain_text', text: headline.slice(0, MOST_HEADER), emoji: false } },
    section([escapeMrkdwn(lead, 2 * MOST_LINE)]),
    ...list('To change', changes.map(escapeLine)),
    ...list('Out of hours', woken.map(pageLine)),
    ...list(
      'Loudest rules',
      rules.map(
        ({ rule, pages: count, outOfHours }) =>
          `${escapeLine(rule)}: ${count === 1 ? '1 page' : `${count} pages`}, ${outOfHours} out of hours`,
      ),
    ),
    ...list(
      'Healed without a page',
      remedies.map(
        ({ remedy, healed, failed, medianMs }) =>
          `${escapeLine(remedy)}: ${healed} healed, ${failed} not helped${medianMs === undefined ? '' : `, median ${humanDuration(medianMs)}`}`,
      ),
    ),
    {
      type: 'context',
      elements: [{ type: 'mrkdwn', text: [escapeLine(`${period}, ${timeZone}`), ...more].join(' · ') }],
    },
  ];
}

function pageLine({ when, summary, outcome }: ReportedPage): string {
  return `*${when}* ${escapeMrkdwn(summary, 160)}${outcome === '' ? '' : ` _${escapeMrkdwn(outcome, 100)}_`}`;
}

/** A title and a line for each; of many the first, and how many more. */
function list(title: string, lines: readonly string[]): MessageBlock[] {
  if (lines.length === 0) return [];
  const hidden = lines.length > MOST_ROWS ? [`and ${lines.length - MOST_ROWS} more`] : [];
  return [section([`*${title}*`, ...lines.slice(0, MOST_ROWS).map((line) => `• ${line}`), ...hidden])];
}

function section(lines: readonly string[]): MessageBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } };
}

function escapeLine(text: string): string {
  return escapeMrkdwn(text, MOST_LINE - 80);
}
