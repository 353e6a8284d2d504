import { ANNOTATIONS, type Alert } from '../../model/alert.ts';
import type { IncidentDetails, IncidentLinks, PastIncident, SharedTrait } from '../../model/incident.ts';
import { commonLabels } from '../../model/labels.ts';

/** What is known around an incident that its alerts do not say. */
export interface Surroundings {
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
  const { action } = commonLabels(alerts.map(({ annotations }) => annotations));
  const { lastSimilar, alsoFiring = [], shared = [], notes = [] } = around;
  return {
    impact: line,
    ...valueOf(alerts),
    ...(action === undefined ? {} : { action }),
    ...(lastSimilar === undefined ? {} : { lastSimilar }),
    alsoFiring,
    shared,
    notes,
    links: linksOf(key, alerts, externalUrl),
  };
}

function valueOf(alerts: readonly Alert[]): { value?: string } {
  const [only] = alerts;
  if (only === undefined || alerts.length > 1) return {};
  const { value, threshold } = only;
  return {
    value:
      threshold === undefined ? `${value}` : `${value} (threshold ${threshold.operator} ${threshold.value})`,
  };
}

function linksOf(key: string, alerts: readonly Alert[], externalUrl: string): IncidentLinks {
  const annotations = commonLabels(alerts.map((alert) => alert.annotations));
  const { tenant } = commonLabels(alerts.map(({ labels }) => labels));
  const expressions = new Set(alerts.map(({ expression }) => expression));
  const [expression] = expressions.size === 1 ? expressions : [];
  const runbook = annotations[ANNOTATIONS.runbook];
  const subject = annotations[ANNOTATIONS.link];
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
