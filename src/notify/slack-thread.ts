import type { Severity } from '../model/alert.ts';
import { cutText } from '../model/cut-text.ts';
import { humanDuration } from '../model/duration.ts';
import { eventId } from '../model/event-id.ts';
import type { Incident, IncidentStatus } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';

const REMEMBERED = 20;
const SHOWN = 3;
/** It goes into a message's metadata, of which Slack takes 8 kB. */
const MAX_WORDS = 200;

/** What the readers of an incident's thread have been told: kept with its receipt. */
export interface Told {
  readonly status: IncidentStatus;
  readonly severity: Severity;
  /** How many alerts fired. */
  readonly alerts: number;
  /** Hashes of what was tried and noted. */
  readonly heals: readonly string[];
  readonly notes: readonly string[];
  /** The strongest trait that the members of a storm share. */
  readonly shared: string;
  /** Who has it, empty for nobody. */
  readonly acknowledged: string;
}

/** What a reader of the incident's message knows. */
export function toldBy(incident: Incident): Told {
  const { status, severity, heals, details, acknowledged } = incident;
  const [strongest] = details.shared;
  return {
    status,
    severity,
    alerts: firingCount(incident),
    heals: heals
      .filter(isEnd)
      .slice(-REMEMBERED)
      .map((line) => eventId(line)),
    notes: details.notes.slice(-REMEMBERED).map(noteHash),
    shared: strongest === undefined ? '' : cutText(`${strongest.name} ${strongest.value}`, MAX_WORDS),
    acknowledged: cutText(acknowledged?.by.name ?? '', MAX_WORDS),
  };
}

/** What changed since, one short line each, and what has been told with them. A count is told when a tenth of it changed. */
export function changesSince(told: Told, incident: Incident): { lines: string[]; told: Told } {
  const now = toldBy(incident);
  const isOver = now.status === 'resolved';
  const hasMoved = !isOver && Math.abs(now.alerts - told.alerts) >= Math.max(1, Math.ceil(told.alerts / 10));
  const heals = incident.heals.filter(isEnd).filter((line) => !told.heals.includes(eventId(line)));
  const notes = incident.details.notes.filter((line) => !told.notes.includes(noteHash(line)));
  const lines = [
    ...(now.severity === told.severity || isOver ? [] : [`Now a ${now.severity}`]),
    ...(hasMoved
      ? [`${now.alerts > told.alerts ? 'Grew' : 'Shrank'} from ${told.alerts} to ${now.alerts}`]
      : []),
    ...(now.shared === told.shared || now.shared === '' || isOver ? [] : [`They share ${now.shared}`]),
    ...newest(heals),
    ...(told.status === 'healing' && now.status === 'firing' && heals.length === 0
      ? ['The heal takes too long: paged']
      : []),
    ...(told.status === 'firing' && now.status === 'healing' ? ['Healing'] : []),
    ...newest(notes),
    ...(now.acknowledged === told.acknowledged || now.acknowledged === ''
      ? []
      : [`Acknowledged by ${now.acknowledged}`]),
    ...(isOver && told.status !== 'resolved' ? [`Resolved after ${lengthOf(incident)}`] : []),
  ];
  return { lines, told: { ...now, alerts: hasMoved ? now.alerts : told.alerts } };
}

/** As it comes back with a receipt. */
export function isTold(value: JsonValue | undefined): value is JsonValue & Told {
  return (
    typeof value === 'object' &&
    value !== null &&
    'alerts' in value &&
    typeof value['alerts'] === 'number' &&
    Array.isArray(value['heals']) &&
    Array.isArray(value['notes'])
  );
}

function firingCount({ alerts }: Incident): number {
  return alerts.filter(({ state }) => state !== 'resolved').length;
}

/** A heal that is planned or at work is on the message; the thread is told how it went. */
function isEnd(heal: string): boolean {
  return !/^\S+ (?:at work|planned):/.test(heal);
}

/** Without numbers: `unreachable for 6 min` is no news after 5 min. */
function noteHash(line: string): string {
  return eventId(line.replaceAll(/\d+/g, ''));
}

function newest(lines: readonly string[]): string[] {
  const left = lines.length - SHOWN;
  return [...(left > 0 ? [`${left} more before`] : []), ...lines.slice(-SHOWN)];
}

function lengthOf({ startsAt, endsAt }: Incident): string {
  return humanDuration(Math.max(0, (endsAt ?? startsAt) - startsAt));
}
