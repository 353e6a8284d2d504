import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { shortWeekday } from '../../model/weekdays.ts';
import type { ReportedPage, WeeklyReport } from '../../model/weekly-report.ts';
import { isInOfficeHours, type OfficeHours } from './office-hours.ts';
import { zoned } from './week.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const LEFT = 44;
const TOP = 22;
const DAY = 98;
const HOUR = 10;
const BOTTOM = TOP + 24 * HOUR;
const RIGHT = LEFT + 7 * DAY;
const GLYPH = 14;
const QUARTER_MS = 15 * 60_000;

/** A week from left to right, its hours from top to bottom as clocks on the wall show them: pages, heals, nights. */
export function weekChart(report: WeeklyReport, officeHours: OfficeHours): Html {
  const { pages, healedAt, headline, timeZone } = report;
  return html`<figure>
    <svg viewBox="0 0 ${RIGHT} ${BOTTOM + 6}" width="100%" role="img" aria-label="${headline}">
      ${nights(report, officeHours)} ${[0, 6, 12, 18, 24].map(hourLine)} ${dayLines(report)}
      ${healedAt.map((time, index) => healGlyph(time, index, timeZone))}
      ${pagePlaces(pages, timeZone).map(pageGlyph)}
    </svg>
    <figcaption>
      <span><svg viewBox="0 0 14 14" aria-hidden="true">${cross(0, 0)}</svg> page</span>
      <span>
        <svg viewBox="0 0 14 14" aria-hidden="true"><circle class="ring" cx="7" cy="7" r="5" /></svg>
        healed without a page
      </span>
      <span>
        <svg viewBox="0 0 14 14" aria-hidden="true"><rect class="night" width="14" height="14" /></svg>
        out of hours
      </span>
    </figcaption>
  </figure>`;
}

/** Where nobody is at work, quarter hour by quarter hour; neighbours of one day are one rectangle. */
function nights({ from, to, timeZone }: WeeklyReport, hours: OfficeHours): Html[] {
  const spans: { x: number; y: number; last: number; end: number }[] = [];
  for (let time = from; time < to; time += QUARTER_MS) {
    if (isInOfficeHours(time, hours)) continue;
    const { x, y } = placeOf(time, timeZone);
    const span = spans.at(-1);
    if (span?.end === time && span.x === x) Object.assign(span, { last: y, end: time + QUARTER_MS });
    else spans.push({ x, y, last: y, end: time + QUARTER_MS });
  }
  return spans.map(
    ({ x, y, last }) =>
      html`<rect class="night" x="${x}" y="${y}" width="${DAY}" height="${last - y + HOUR / 4}" />`,
  );
}

function hourLine(hour: number): Html {
  const y = TOP + hour * HOUR;
  const label = `${String(hour).padStart(2, '0')}:00`;
  return html`<line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}" />
    <text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

function dayLines({ from, timeZone }: WeeklyReport): Html[] {
  const monday = zoned(from, timeZone).toPlainDate();
  return Array.from({ length: 7 }, (_, index) => {
    const day = monday.add({ days: index });
    const x = LEFT + index * DAY;
    const line =
      index === 0 ? '' : html`<line class="axis" x1="${x}" x2="${x}" y1="${TOP}" y2="${BOTTOM}" />`;
    return html`${line}<text x="${x + DAY / 2}" y="14" text-anchor="middle"
        >${shortWeekday(day)} ${day.day}</text
      >`;
  });
}

interface PagePlace {
  readonly x: number;
  readonly y: number;
  /** Empty where the label of the one before stands. */
  readonly label: string;
}

/** Pages that came soon after each other stand side by side. */
function pagePlaces(pages: readonly ReportedPage[], timeZone: string): PagePlace[] {
  const places: PagePlace[] = [];
  let neighbours = 0;
  let day = 0;
  for (const { at, isOutOfHours, when } of pages) {
    const { x, y } = placeOf(at, timeZone);
    const last = places.at(-1);
    const isNear = last !== undefined && day === x && y - last.y < GLYPH;
    neighbours = isNear ? neighbours + 1 : 0;
    day = x;
    const left = x + DAY / 2 - GLYPH / 2 - Math.min(neighbours, 2) * (GLYPH + 2);
    places.push({ x: left, y, label: isOutOfHours && !isNear ? when.slice(-5) : '' });
  }
  return places;
}

function pageGlyph({ x, y, label }: PagePlace): Html {
  const time =
    label === '' ? '' : html`<text class="woken strong" x="${x + GLYPH + 5}" y="${y + 4}">${label}</text>`;
  return html`${cross(x, y - GLYPH / 2)}${time}`;
}

/** They stand beside each other, not behind each other nor behind pages. */
function healGlyph(time: number, index: number, timeZone: string): Html {
  const { x, y } = placeOf(time, timeZone);
  return html`<circle class="ring" cx="${x + 8 + (index % 4) * 8}" cy="${y}" r="4" />`;
}

function cross(x: number, y: number): Html {
  return html`<rect class="page" x="${x}" y="${y}" width="14" height="14" rx="2" /><path
      class="cross"
      d="M${x + 4.2} ${y + 4.2}l5.6 5.6m0 -5.6l-5.6 5.6"
    />`;
}

/** The left side of the day and the height of the time of day. */
function placeOf(time: number, timeZone: string): { x: number; y: number } {
  const { dayOfWeek, hour, minute } = zoned(time, timeZone);
  return { x: LEFT + (dayOfWeek - 1) * DAY, y: Math.round((TOP + (hour + minute / 60) * HOUR) * 10) / 10 };
}
