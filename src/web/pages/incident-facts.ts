import type { IncidentEntry, IncidentStory } from '../../alerts/log/incident-log.ts';
import { severityOf, type Severity } from '../../model/alert.ts';
import type { Incident, IncidentView } from '../../model/incident.ts';
import type { Acknowledgement, AlertView } from '../../model/on-call.ts';
import type { OnCallSources } from './sources.ts';

/** All that is known of an incident. */
export interface IncidentFacts {
  readonly key: string;
  /** The page line. */
  readonly line: string;
  readonly severity: Severity;
  /** `open`: receivers believe so. `quiet`: it fires, and nobody is told. */
  readonly state: 'open' | 'quiet' | 'ended';
  readonly startedAt: number;
  /** What receivers were told. */
  readonly told?: Incident;
  /** Where it is open, or should be. */
  readonly views: readonly IncidentView[];
  /** What fires in it: of a storm its members. */
  readonly alerts: readonly AlertView[];
  /** The episode that is open, or was last. */
  readonly episode?: IncidentEntry;
  readonly story: IncidentStory;
  readonly acknowledged?: Acknowledgement;
  /** The key of the incident that tells of it instead. */
  readonly foldedInto?: string;
}

/** What is known of an incident; undefined when nothing is. */
export function incidentFacts(
  key: string,
  { dispatcher, log, redact }: OnCallSources,
): IncidentFacts | undefined {
  const views = dispatcher.incidents().filter(({ incident }) => incident.key === key);
  const alerts = dispatcher
    .alerts()
    .filter(({ incidents, foldedInto }) => incidents.includes(key) || foldedInto === key);
  const story = log.story(key);
  const episode = story.incidents.findLast(({ endedAt }) => endedAt === undefined) ?? story.incidents.at(-1);
  const told = mostTelling(views);
  const [first] = alerts;
  const line =
    told?.summary ??
    (first === undefined
      ? undefined
      : redact(first.alert.annotations['summary'] ?? first.alert.labels['alertname'] ?? key)) ??
    episode?.summary;
  if (line === undefined) return undefined;
  const acknowledged = told?.acknowledged ?? episode?.acknowledged;
  const foldedInto = alerts.find(
    (view) => view.foldedInto !== undefined && view.foldedInto !== key,
  )?.foldedInto;
  return {
    key,
    line,
    severity:
      told?.severity ?? (first === undefined ? episode?.severity : severityOf(first.alert.labels)) ?? 'log',
    state: views.length > 0 ? 'open' : alerts.length > 0 ? 'quiet' : 'ended',
    startedAt: told?.startsAt ?? first?.alert.activeAt ?? episode?.startedAt ?? 0,
    ...(told === undefined ? {} : { told }),
    views,
    alerts,
    ...(episode === undefined ? {} : { episode }),
    story,
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(foldedInto === undefined ? {} : { foldedInto }),
  };
}

/** Receivers are not all told the same: of heals only those that inform, of notes only those they are for. */
function mostTelling(views: readonly IncidentView[]): Incident | undefined {
  const size = ({ heals, details }: Incident): number => heals.length + details.notes.length;
  const [first] = views.map(({ incident }) => incident).toSorted((a, b) => size(b) - size(a));
  if (first === undefined) return undefined;
  const notes = new Set(views.flatMap(({ incident }) => incident.details.notes));
  return { ...first, details: { ...first.details, notes: [...notes] } };
}
