import { ANNOTATIONS, type Alert } from '../../model/alert.ts';
import type { IncidentDetails, IncidentLinks, PastIncident, SharedTrait } from '../../model/incident.ts';
import { commonLabels, labelValue } from '../../model/labels.ts';
import { oneLine } from '../../model/one-line.ts';
import { valueWords } from './value-words.ts';

/** What is known around an incident that its alerts do not say. */
export interface Surroundings {
  /** Who is concerned, and how many of all. */
  readonly impact?: string;
  readonly lastSimilar?: PastIncident;
  readonly alsoFiring?: readonly string[];
  readonly shared?: readonly SharedTrait[];
  readonly notes?: readonly string[];
}

/** What stands below the line of an incident with these alerts, which are without secrets. */
export function incidentDetails(
  key: string,
  line: string,
  alerts: readonly Alert[],
  externalUrl: string,
  around: Surroundings = {},
): IncidentDetails {
  const { impact = line, lastSimilar, alsoFiring = [], shared = [], notes = [] } = around;
  const value = valueWords(alerts);
  const action = oneLine(mostCommon(alerts, ANNOTATIONS.action) ?? '');
  return {
    impact,
    ...(value === undefined ? {} : { value }),
    ...(action === '' ? {} : { action }),
    ...(lastSimilar === undefined ? {} : { lastSimilar }),
    alsoFiring,
    shared,
    notes,
    links: linksOf(key, alerts, externalUrl),
  };
}

/** What most of the alerts say, or nothing: of a storm a few have another symptom. */
function mostCommon(alerts: readonly Alert[], annotation: string): string | undefined {
  const counts = new Map<string, number>();
  for (const { annotations } of alerts) {
    const text = labelValue(annotations, annotation);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const [most] = [...counts].filter(([text, count]) => text !== '' && 2 * count > alerts.length);
  return most?.[0];
}

function linksOf(key: string, alerts: readonly Alert[], externalUrl: string): IncidentLinks {
  const { tenant } = commonLabels(alerts.map(({ labels }) => labels));
  const expressions = new Set(alerts.map(({ expression }) => expression));
  const [expression] = expressions.size === 1 ? expressions : [];
  const runbook = mostCommon(alerts, ANNOTATIONS.runbook);
  const subject = commonLabels(alerts.map(({ annotations }) => annotations))[ANNOTATIONS.link];
  const at = (path: string): string => `${externalUrl.replace(/\/+$/, '')}${path}`;
  return {
    incident: at(`/incidents/${encodeURIComponent(key)}`),
    ...(runbook === undefined ? {} : { runbook }),
    ...(tenant === undefined ? {} : { tenant: at(`/tenants/${encodeURIComponent(tenant)}`) }),
    ...(expression === undefined
      ? {}
      : { graph: at(`/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=0`) }),
    silence: at(`/silences/new?incident=${encodeURIComponent(key)}`),
    ...(subject === undefined ? {} : { subject }),
  };
}
