import { SEVERITIES, severityOf, type Alert, type Severity } from '../model/alert.ts';
import { eventId } from '../model/event-id.ts';
import type { Incident, IncidentStatus } from '../model/incident.ts';
import { commonLabels, labelsKey, type Labels } from '../model/labels.ts';
import type { HealStatus } from '../model/plan.ts';
import { pageLine } from './page-line.ts';
import { incidentDetails, type Surroundings } from './page/incident-details.ts';
import type { Route } from './route.ts';

/**
 * The dedup key of an incident: a hash of receiver, group labels and the route's id, stable over restarts. The first
 * route to a receiver has no id: the key outlives changes of its matchers.
 */
export function incidentKey({ receiver, id }: Pick<Route, 'receiver' | 'id'>, groupLabels: Labels): string {
  const parts = [receiver, labelsKey(groupLabels)];
  return id === '' ? eventId(...parts) : eventId(...parts, id);
}

/** What an incident is made of. */
export interface IncidentParts {
  readonly key: string;
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly status: IncidentStatus;
  readonly alerts: readonly Alert[];
  /** One line each. */
  readonly heals: readonly string[];
  readonly externalUrl: string;
  readonly around?: Surroundings;
  /** Makes the page line of that of the alerts. */
  readonly wording?: (line: string) => string;
  /** ms; the end of a resolved incident. */
  readonly now: number;
  /** A text without secrets. */
  readonly redact: (text: string) => string;
}

/**
 * The incident as its receiver is to be told of it: the one place through which text reaches receivers and their
 * journal, so secrets go out here. Its sequence is given when it is sent.
 */
export function incidentOf(parts: IncidentParts): Incident {
  const { key, receiver, groupLabels, status, redact, wording = (line) => line } = parts;
  const alerts = parts.alerts.map((alert) => withoutSecrets(alert, redact));
  const ends = alerts.map(({ resolvedAt }) => resolvedAt ?? parts.now);
  const summary = redact(wording(pageLine(alerts)));
  return {
    key,
    sequence: '',
    receiver,
    status,
    severity: worstSeverity(alerts),
    summary,
    groupLabels: redactedLabels(groupLabels, redact),
    commonLabels: commonLabels(alerts.map(({ labels }) => labels)),
    commonAnnotations: commonLabels(alerts.map(({ annotations }) => annotations)),
    alerts,
    startsAt: Math.min(...alerts.map(({ activeAt }) => activeAt)),
    ...(status === 'resolved' ? { endsAt: Math.max(...ends) } : {}),
    heals: parts.heals,
    details: incidentDetails(key, summary, alerts, parts.externalUrl, cleanAround(parts.around, redact)),
    externalUrl: parts.externalUrl,
  };
}

function cleanAround(around: Surroundings = {}, redact: (text: string) => string): Surroundings {
  const { notes = [], shared = [], ...rest } = around;
  const clean = shared.map((trait) => ({ ...trait, value: redact(trait.value) }));
  return { ...rest, notes: notes.map(redact), shared: clean };
}

function withoutSecrets(alert: Alert, redact: (text: string) => string): Alert {
  const { labels, annotations } = alert;
  return {
    ...alert,
    labels: redactedLabels(labels, redact),
    annotations: redactedLabels(annotations, redact),
  };
}

function redactedLabels(labels: Labels, redact: (text: string) => string): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, redact(value)]));
}

/** Whether a receiver that was told this believes the incident to be open. */
export function isOpen(told: Incident | undefined): told is Incident {
  return told !== undefined && told.status !== 'resolved';
}

/** The most urgent severity among alerts. */
export function worstSeverity(alerts: readonly Alert[]): Severity {
  return SEVERITIES.find((severity) => alerts.some(({ labels }) => severityOf(labels) === severity)) ?? 'log';
}

const HEAL_WORDS: Readonly<Record<HealStatus['state'], string>> = {
  planned: 'planned',
  working: 'at work',
  refused: 'not tried',
  healed: 'helped',
  failed: 'did not help',
};

/** What was done about alerts, without secrets, one line each. */
export function healLines(
  alerts: readonly Alert[],
  {
    healStatus,
    redact,
  }: { healStatus: (key: string) => HealStatus | undefined; redact: (text: string) => string },
): string[] {
  const heals = alerts.map(({ key }) => healStatus(key)).filter((heal) => heal !== undefined);
  return heals.map(healLine).map(redact);
}

function healLine(heal: HealStatus): string {
  return `${heal.remedy} ${HEAL_WORDS[heal.state]}: ${heal.detail}`;
}
