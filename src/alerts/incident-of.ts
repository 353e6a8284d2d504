import { SEVERITIES, severityOf, type Alert, type Severity } from '../model/alert.ts';
import { eventId } from '../model/event-id.ts';
import type { Incident, IncidentStatus } from '../model/incident.ts';
import { commonLabels, labelsKey, type Labels } from '../model/labels.ts';
import { oneLine } from '../model/one-line.ts';
import type { HealStatus } from '../model/plan.ts';
import { pageLine } from './page-line.ts';
import { cleanAlert, cleanLabels } from './page/clean-alert.ts';
import { incidentDetails, type Surroundings } from './page/incident-details.ts';
import { withoutTrace } from './page/without-trace.ts';
import type { Route } from './route.ts';
import { thousands } from './storm/words.ts';

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
  const alerts = parts.alerts.map((alert) => cleanAlert(alert, redact));
  const ends = alerts.map(({ resolvedAt }) => resolvedAt ?? parts.now);
  const summary = redact(wording(pageLine(alerts)));
  return {
    key,
    sequence: '',
    receiver,
    status,
    severity: worstSeverity(alerts),
    summary,
    groupLabels: cleanLabels(groupLabels, redact),
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
  const { impact, notes = [], shared = [], alsoFiring = [], lastSimilar } = around;
  const clean = (text: string): string => oneLine(redact(text));
  return {
    ...(impact === undefined ? {} : { impact: clean(impact) }),
    // What was written down may have been so before a secret was known as one.
    ...(lastSimilar === undefined
      ? {}
      : {
          lastSimilar: {
            ...lastSimilar,
            summary: clean(lastSimilar.summary),
            ended: clean(lastSimilar.ended),
          },
        }),
    alsoFiring: alsoFiring.map(clean),
    notes: notes.map(clean),
    shared: shared.map((trait) => ({ ...trait, value: clean(trait.value) })),
  };
}

/** Whether a receiver that was told this believes the incident to be open. */
export function isOpen(told: Incident | undefined): told is Incident {
  return told !== undefined && told.status !== 'resolved';
}

/** The most urgent severity among alerts. */
export function worstSeverity(alerts: readonly Alert[]): Severity {
  return SEVERITIES.find((severity) => alerts.some(({ labels }) => severityOf(labels) === severity)) ?? 'log';
}

/** Of a storm each tenant may have its own. */
const MOST_HEALS = 10;

const HEAL_WORDS: Readonly<Record<HealStatus['state'], string>> = {
  planned: 'planned',
  working: 'at work',
  refused: 'not tried',
  healed: 'helped',
  failed: 'did not help',
};

/** What was done about alerts and how it went, without secrets and stack traces: one line each, no line twice, at most 10. */
export function healLines(
  alerts: readonly Alert[],
  {
    healStatus,
    redact,
  }: { healStatus: (key: string) => HealStatus | undefined; redact: (text: string) => string },
): string[] {
  const heals = alerts.map(({ key }) => healStatus(key)).filter((heal) => heal !== undefined);
  const lines = [...new Set(heals.map((heal) => oneLine(withoutTrace(redact(healLine(heal))))))];
  const left = lines.length - MOST_HEALS;
  return left > 0 ? [...lines.slice(0, MOST_HEALS), `and ${thousands(left)} more`] : lines;
}

function healLine(heal: HealStatus): string {
  return `${heal.remedy} ${HEAL_WORDS[heal.state]}: ${heal.detail}`;
}
