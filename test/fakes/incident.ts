import { incidentDetails } from '../../src/alerts/page/incident-details.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Incident } from '../../src/model/incident.ts';

/** When the incidents of the notifiers' tests begin. */
export const INCIDENT_START = Date.UTC(2026, 10, 21, 2, 53);

/** A firing alert of a tenant. */
export function testAlert(over: Partial<Alert> = {}): Alert {
  return {
    key: 'alert-1',
    group: 'octopus',
    labels: { alertname: 'OctopusQueueStuck', tenant: 'acme', severity: 'page' },
    annotations: {
      summary: 'acme: queue stuck 12m, 43 waiting',
      action: 'Restart the stuck node',
      runbook_url: 'https://runbooks.example/octopus-queue-stuck',
    },
    state: 'firing',
    value: 43,
    activeAt: INCIDENT_START,
    firedAt: INCIDENT_START,
    ...over,
  };
}

/** A page for one alert, as the dispatcher hands it to a notifier. */
export function testIncident(over: Partial<Incident> = {}): Incident {
  const alerts = over.alerts ?? [testAlert()];
  const key = 'TTaNw9E3SrqFoVnUEPyEgg';
  const summary = 'acme: queue stuck 12m, 43 waiting';
  const externalUrl = 'https://octowatch.example';
  return {
    key,
    sequence: 'TTaNw9E3SrqFoVnUEPyEgg-1',
    receiver: 'oncall',
    status: 'firing',
    severity: 'page',
    summary,
    groupLabels: { alertname: 'OctopusQueueStuck', tenant: 'acme' },
    commonLabels: alerts[0]?.labels ?? {},
    commonAnnotations: alerts[0]?.annotations ?? {},
    alerts,
    startsAt: INCIDENT_START,
    heals: [],
    details: incidentDetails(key, summary, alerts, externalUrl),
    externalUrl,
    ...over,
  };
}
