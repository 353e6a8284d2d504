import { html, raw } from 'hono/html';
import { humanDuration } from '../../model/duration.ts';
import type { ReportedPage, WeeklyReport } from '../../model/weekly-report.ts';
import type { OfficeHours } from './office-hours.ts';
import { REPORT_STYLE } from './report-style.ts';
import { figuresOf } from './report-words.ts';
import { weekChart, type Html } from './week-chart.ts';
import { weeksChart } from './weeks-chart.ts';

const MOST_PAGES = 100;
const MOST_ROWS = 50;

/** The report as a document of its own: for a browser, for paper and for mail. Every text is escaped. */
export async function renderHtml(report: WeeklyReport, officeHours: OfficeHours): Promise<string> {
  const { headline, lead, period, timeZone, url } = report;
  const document = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${headline} · octowatch</title>
        <style>
          ${raw(REPORT_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <p class="crumb">
            ${period}, ${timeZone} ${url === undefined ? '' : html`· <a href="${url}">octowatch</a>`}
          </p>
          <h1>${headline}</h1>
          <p class="lead">${lead}</p>
          ${weekChart(report, officeHours)} ${changes(report)}
          <div class="two">
            <div>${pages(report)}</div>
            <div>${figures(report)}</div>
          </div>
          ${rules(report)} ${routes(report)} ${remedies(report)}
        </main>
      </body>
    </html>`;
  return `${document.toString()}\n`;
}

function changes({ changes: sentences }: WeeklyReport): Html | string {
  if (sentences.length === 0) return '';
  return html`<h2>To change</h2>
    <ul>
      ${sentences.map((sentence) => html`<li>${withCode(sentence)}</li>`)}
    </ul>`;
}

/** What stands between backticks as code. */
function withCode(text: string): Html {
  const parts = text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));
  return html`${parts}`;
}

/** Those out of hours are what a report is read for: they come first. */
function pages(report: WeeklyReport): Html {
  const outside = report.pages.filter(({ isOutOfHours }) => isOutOfHours);
  const inside = report.pages.filter(({ isOutOfHours }) => !isOutOfHours);
  if (report.pages.length === 0) return html`<h2>Pages <span>none</span></h2>`;
  return html`${pageTable('Out of hours', outside)} ${pageTable('In office hours', inside)}`;
}

function pageTable(title: string, rows: readonly ReportedPage[]): Html | string {
  if (rows.length === 0) return '';
  const hidden = rows.length - MOST_PAGES;
  return html`<h2>${title} <span>${rows.length}${hidden > 0 ? `, the last ${MOST_PAGES}` : ''}</span></h2>
    <table>
      <tbody>
        ${rows.slice(-MOST_PAGES).map(
          ({ when, summary, rule, outcome }) =>
            html`<tr>
              <td class="when">${when}</td>
              <td>${summary} <small>${outcome === '' ? rule : `${rule}, ${outcome}`}</small></td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function figures(report: WeeklyReport): Html {
  const { weeks, teams, budget } = report;
  const isBroken = teams.some((team) => team.isBroken);
  return html`<h2>
      Pages a week
      <span class="${isBroken ? 'broken' : ''}"
        >budget ${budget.perWeek}${teams.length > 1 ? ' each' : ''}</span
      >
    </h2>
    ${weeks.length > 1 ? weeksChart(report) : ''}
    <dl>
      ${figuresOf(report).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>`;
}

function rules({ rules: rows }: WeeklyReport): Html | string {
  return table(
    'Loudest rules',
    ['Rule', 'Pages', 'Out of hours', 'Over by itself', 'Came back'],
    rows.map(({ rule, pages: count, outOfHours, byThemselves, flaps }) => [
      rule,
      count,
      outOfHours,
      byThemselves,
      flaps,
    ]),
  );
}

function routes({ routes: rows }: WeeklyReport): Html | string {
  return table(
    'Routes',
    ['Route', 'Pages', 'Out of hours'],
    rows.map(({ route, pages: count, outOfHours }) => [route, count, outOfHours]),
  );
}

function remedies({ remedies: rows, healedAt }: WeeklyReport): Html | string {
  return table(
    'Healed without a page',
    ['Remedy', 'Healed', 'Not helped', 'Median'],
    rows.map(({ remedy, healed, failed, medianMs }) => [
      remedy,
      healed,
      failed,
      medianMs === undefined ? '' : humanDuration(medianMs),
    ]),
    `${healedAt.length}`,
  );
}

/** The first column names the row, the others hold numbers. */
function table(
  title: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  note = '',
): Html | string {
  if (rows.length === 0) return '';
  const align = (index: number): string => (index === 0 ? '' : 'r');
  return html`<h2>
      ${title}
      <span>${note}${rows.length > MOST_ROWS ? ` the first ${MOST_ROWS} of ${rows.length}` : ''}</span>
    </h2>
    <table>
      <thead>
        <tr>
          ${header.map((name, index) => html`<th scope="col" class="${align(index)}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.slice(0, MOST_ROWS).map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td class="r">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
}
