import { ANNOTATIONS } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import type { Incident, PastIncident, SharedTrait } from '../model/incident.ts';
import { escapeMrkdwn, mrkdwnLink, mrkdwnTime } from './slack-mrkdwn.ts';

const MAX_LINE = 1000;
const MAX_LINK = 800;
const SHOWN_ALERTS = 10;
const SHOWN_HEALS = 5;
const SHOWN_TRAITS = 3;
const SHOWN_NOTES = 3;
const SHOWN_ALSO = 3;

/** What stands below the page line, in mrkdwn, in the order in which a tired reader needs it. */
export function slackLines(incident: Incident): string[] {
  const { details, status, summary } = incident;
  const isOver = status === 'resolved';
  const lines = [
    details.impact === summary ? undefined : escapeMrkdwn(details.impact, MAX_LINE),
    healingLine(incident),
    firstStep(incident),
    triedLine(incident),
    isOver ? undefined : sharedLine(details.shared),
    isOver ? undefined : lastTimeLine(details.lastSimilar),
    isOver || details.alsoFiring.length === 0
      ? undefined
      : bold('Also firing', details.alsoFiring.slice(0, SHOWN_ALSO)),
    alertLines(incident),
    details.notes.length === 0 ? undefined : bold('Note', details.notes.slice(-SHOWN_NOTES)),
  ];
  return lines.filter((line) => line !== undefined);
}

function firstStep({ status, details }: Incident): string | undefined {
  const { action = '', links } = details;
  const parts = [
    ...(action === '' ? [] : [escapeMrkdwn(action, MAX_LINE)]),
    ...(links.subject === undefined ? [] : [mrkdwnLink(links.subject, 'Open', MAX_LINK)]),
    ...(links.runbook === undefined ? [] : [mrkdwnLink(links.runbook, 'Runbook', MAX_LINK)]),
  ];
  if (status === 'resolved' || parts.length === 0) return undefined;
  return `*${status === 'healing' ? 'If it does not help' : 'Do first'}:* ${parts.join(' ')}`;
}

function healingLine({ status, heals }: Incident): string | undefined {
  const current = heals.at(-1);
  return status !== 'healing' || current === undefined ? undefined : bold('Healing', [current]);
}

function triedLine({ status, heals }: Incident): string | undefined {
  const tried = status === 'healing' ? heals.slice(0, -1) : heals;
  if (tried.length === 0) return undefined;
  const left = tried.length - SHOWN_HEALS;
  return bold('Tried', [...(left > 0 ? [`${left} more before`] : []), ...tried.slice(-SHOWN_HEALS)]);
}

/** `sql-7 (database_server, 35 of 37, 1 of 963 others, 26 times as common)` */
function sharedLine(traits: readonly SharedTrait[]): string | undefined {
  if (traits.length === 0) return undefined;
  const words = traits
    .slice(0, SHOWN_TRAITS)
    .map(({ name, value, victims, ofVictims, others, ofOthers, lift }) => {
      const common = Number.isFinite(lift) ? `, ${Number(lift.toPrecision(2))} times as common` : '';
      return `${value} (${name}, ${victims} of ${ofVictims}, ${others} of ${ofOthers} others${common})`;
    });
  return bold('They share', words);
}

function lastTimeLine(last: PastIncident | undefined): string | undefined {
  if (last === undefined) return undefined;
  const { startedAt, endedAt, summary, ended } = last;
  const took = humanDuration(Math.max(0, endedAt - startedAt));
  return `*Last time:* ${mrkdwnTime(startedAt)}, ${took}, ${escapeMrkdwn(`${ended} (${summary})`, 400)}`;
}

function alertLines({ alerts }: Incident): string | undefined {
  if (alerts.length < 2) return undefined;
  const shown = alerts
    .slice(0, SHOWN_ALERTS)
    .map(({ annotations, labels }) => annotations[ANNOTATIONS.summary] ?? labels['alertname'] ?? 'alert')
    .map((text) => `• ${escapeMrkdwn(text, 200)}`);
  const left = alerts.length - SHOWN_ALERTS;
  return [`*${alerts.length} alerts:*`, ...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('\n');
}

function bold(title: string, parts: readonly string[]): string {
  return `*${title}:* ${parts.map((part) => escapeMrkdwn(part, 400)).join('; ')}`;
}
