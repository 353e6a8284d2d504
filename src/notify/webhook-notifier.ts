import type { Alert } from '../model/alert.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import { formatLabels } from '../model/labels.ts';
import type { Http } from '../model/ports.ts';
import { failureOf } from './http-answer.ts';

const TIMEOUT_MS = 8000;
const STILL_FIRING = '0001-01-01T00:00:00Z';

export interface WebhookOptions {
  readonly url: string;
  readonly bearer_token?: string | undefined;
}

/**
 * Alertmanager's webhook, version 4 (prometheus.io, Alertmanager configuration, `<webhook_config>`), with an
 * `Idempotency-Key` that is equal for a repeated attempt.
 */
export function createWebhookNotifier(
  { url, bearer_token: token }: WebhookOptions,
  { http }: { http: Http },
): Notifier {
  return {
    showsHealing: false,
    async notify(incident, signal) {
      const response = await http({
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': incident.sequence,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(webhookBody(incident)),
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      const failure = failureOf('the webhook', response, [...(token === undefined ? [] : [token]), url]);
      if (failure !== undefined) throw failure;
      return {};
    },
  };
}

/** The message as Alertmanager's receivers expect it; `heals` is ours. */
export function webhookBody(incident: Incident): object {
  return {
    version: '4',
    groupKey: `{}:${formatLabels(incident.groupLabels)}`,
    truncatedAlerts: 0,
    status: incident.status === 'resolved' ? 'resolved' : 'firing',
    receiver: incident.receiver,
    groupLabels: incident.groupLabels,
    commonLabels: incident.commonLabels,
    commonAnnotations: incident.commonAnnotations,
    externalURL: incident.externalUrl,
    alerts: incident.alerts.map((alert) => alertBody(alert, incident)),
    heals: incident.heals,
  };
}

function alertBody(alert: Alert, incident: Incident): object {
  const ended = alert.state === 'resolved' || incident.status === 'resolved';
  return {
    status: ended ? 'resolved' : 'firing',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: new Date(alert.activeAt).toISOString(),
    endsAt: ended
      ? new Date(alert.resolvedAt ?? incident.endsAt ?? alert.activeAt).toISOString()
      : STILL_FIRING,
    generatorURL: incident.externalUrl,
    fingerprint: alert.key,
  };
}
