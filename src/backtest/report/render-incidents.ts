import { wrap } from '../../alerts/report/text-lines.ts';
import { humanDuration } from '../../model/duration.ts';
import type { IncidentRecord } from '../incidents/incident-records.ts';
import type { IncidentMatch, MatchedIncident } from '../incidents/match-incidents.ts';
import type { WakingPage } from './backtest-report.ts';
import { minuteOf, titled } from './render-text.ts';
import { countOf } from './words.ts';

const MOST = 40;
const NAMED_TENANTS = 3;

/** What of recorded incidents pages would have told. */
export function renderIncidents(match: IncidentMatch, timeZone: string): string[] {
  const { caught, missed, left, needless, stray } = match;
  const all = caught.length + missed.length;
  const median = caught.map(({ afterMs = 0 }) => afterMs).toSorted((a, b) => a - b)[
    Math.floor(caught.length / 2)
  ];
  const delay = median === undefined ? '' : `, half of them within ${humanDuration(Math.max(0, median))}`;
  const summary =
    `${countOf(all, 'recorded incident')} to page for: ${caught.length} caught${delay}, ${missed.length} missed. ` +
    `${countOf(left.length, 'other')} without a page. ${countOf(stray.length, 'page')} of no incident, ${needless.length} of incidents that need none.`;
  return [
    ...wrap(summary),
    ...titled('Missed', listed(missed.map((each) => incidentLine(each, timeZone)))),
    ...titled('Caught', listed(caught.map((each) => caughtLine(each, timeZone)))),
    ...titled('Pages of no incident', listed(stray.map((page) => pageLine(page, timeZone)))),
  ];
}

/** `2026-11-07 03:12  acme: down … (OctopusDown)` */
export function pageLine({ at, summary, rule }: WakingPage, timeZone: string): string {
  return `${minuteOf(at, timeZone)}  ${summary} (${rule})`;
}

/** `2026-11-07 03:12  T7 i-31: acme` */
export function incidentLine({ from, id, type, tenants, shared }: IncidentRecord, timeZone: string): string {
  const others = tenants.length > NAMED_TENANTS ? ` and ${tenants.length - NAMED_TENANTS} more` : '';
  const who = shared ?? `${tenants.slice(0, NAMED_TENANTS).join(', ')}${others}`;
  return `${minuteOf(from, timeZone)}  ${type === '' ? '' : `${type} `}${id}: ${who}`;
}

/** Lines of a list; of a long one the first. */
export function listed(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST).flatMap((line) => wrap(line, '  ', ' '.repeat(20)));
  return lines.length > MOST ? [...shown, `  and ${lines.length - MOST} more (-o json has all)`] : shown;
}

function caughtLine({ incident, page, afterMs = 0 }: MatchedIncident, timeZone: string): string {
  const when = afterMs < 0 ? `${humanDuration(-afterMs)} before harm` : `after ${humanDuration(afterMs)}`;
  return `${incidentLine(incident, timeZone)}, ${when} by ${page?.rule ?? ''}`;
}
