import { endOf, generatorOf, quotedReceiver, startOf } from '../model/alert-shown.ts';
import type { Alert } from '../model/alert.ts';
import { fingerprintOf } from '../model/fingerprint.ts';
import type { Incident } from '../model/incident.ts';
import { formatLabels } from '../model/labels.ts';
import { wordsOf } from './incident-words.ts';

const STILL_FIRING = '0001-01-01T00:00:00Z';

/**
 * The message of Alertmanager's webhook, version 4 (prometheus/alertmanager, notify/webhook and template.Data). The group
 * key names the root route, whatever route led here: an incident belongs to a receiver and its group labels.
 * What Alertmanager has not is in `octowatch`.
 * @param maxAlerts how many alerts it has at most; 0: all
 */
export function webhookBody(incident: Incident, maxAlerts = 0): object {
  const alerts = maxAlerts === 0 ? incident.alerts : incident.alerts.slice(0, maxAlerts);
  return {
    version: '4',
    groupKey: `{}:${formatLabels(incident.groupLabels)}`,
    truncatedAlerts: incident.alerts.length - alerts.length,
    status: incident.status === 'resolved' ? 'resolved' : 'firing',
    receiver: quotedReceiver(incident.receiver),
    groupLabels: incident.groupLabels,
    commonLabels: incident.commonLabels,
    commonAnnotations: incident.commonAnnotations,
    externalURL: incident.externalUrl,
    alerts: alerts.map((alert) => alertBody(alert, incident)),
    octowatch: ownBody(incident),
  };
}

function alertBody(alert: Alert, incident: Incident): object {
  const end = endOf(alert, incident);
  return {
    status: end === undefined ? 'firing' : 'resolved',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: new Date(startOf(alert)).toISOString(),
    endsAt: end === undefined ? STILL_FIRING : new Date(end).toISOString(),
    generatorURL: generatorOf(alert, incident.externalUrl, incident.details.links.incident),
    fingerprint: fingerprintOf(alert.labels),
  };
}

function ownBody(incident: Incident): object {
  const { key, sequence, severity, summary, heals, acknowledged } = incident;
  const { tried: _, ...details } = wordsOf(incident);
  return {
    incident: key,
    sequence,
    severity,
    summary,
    heals,
    details,
    links: incident.details.links,
    ...(acknowledged === undefined
      ? {}
      : { acknowledged: { by: acknowledged.by.name, at: new Date(acknowledged.at).toISOString() } }),
  };
}
