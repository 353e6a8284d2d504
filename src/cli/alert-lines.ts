import { sayTime } from '../alerts/mute/say-time.ts';
import { pageLine } from '../alerts/page-line.ts';
import { SEVERITIES, severityOf } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import { oneLine } from '../model/one-line.ts';
import type { ShownAlert } from './alertmanager-client.ts';
import { formatTable } from './table.ts';

/** So much of an incident's key is enough to name it. */
const SHOWN_KEY = 8;
const HEADER = ['STATE', 'SEVERITY', 'SINCE', 'SUMMARY', 'RECEIVERS', 'INCIDENT', 'WHY'];

/** What wakes first, then what has fired longest. */
export function byUrgency(a: ShownAlert, b: ShownAlert): number {
  const rank = ({ labels }: ShownAlert): number => SEVERITIES.indexOf(severityOf(labels));
  return rank(a) - rank(b) || a.startsAt - b.startsAt;
}

/** A table of alerts at `now`, ms. */
export function alertLines(alerts: readonly ShownAlert[], now: number): string[] {
  const rows = alerts.map((alert) => [
    stateOf(alert),
    severityOf(alert.labels),
    humanDuration(Math.max(0, now - alert.startsAt)),
    pageLine([alert]),
    alert.receivers.map(({ name }) => oneLine(name)).join(',') || '-',
    shortKey(alert.octowatch.incidents[0] ?? '') || '-',
    whyOf(alert, now) || '-',
  ]);
  return formatTable(HEADER, rows);
}

/** The beginning of an incident's key, from where it cannot be taken for an option. */
function shortKey(key: string): string {
  return withoutDashes(key).slice(0, SHOWN_KEY);
}

/** A key, or the beginning of one, without what a command line would take for an option. */
export function withoutDashes(key: string): string {
  return key.replace(/^-+/, '');
}

/** Why nobody is told, or not yet. */
function stateOf({ status, octowatch }: ShownAlert): string {
  if (status.silencedBy.length > 0) return 'silenced';
  if (status.inhibitedBy.length > 0) return 'inhibited';
  if (status.mutedBy.length > 0) return 'muted';
  if (octowatch.heldUntil !== undefined) return 'held';
  if (octowatch.foldedInto !== undefined) return 'folded';
  return status.state === 'unprocessed' ? 'waiting' : 'firing';
}

function whyOf({ octowatch: { mutes, heldUntil, foldedInto } }: ShownAlert, now: number): string {
  const reasons = mutes.map(({ reason }) => oneLine(reason));
  const held = heldUntil === undefined ? [] : [`a heal is at work, at most until ${sayTime(heldUntil, now)}`];
  const folded = foldedInto === undefined ? [] : [`told in ${shortKey(foldedInto)}`];
  return [...reasons, ...held, ...folded].join('; ');
}
