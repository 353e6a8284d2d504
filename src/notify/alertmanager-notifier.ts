import { endOf, generatorOf, startOf } from '../model/alert-shown.ts';
import { ANNOTATIONS } from '../model/alert.ts';
import { toFailure, type Failure } from '../model/failure.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import { withoutLabels } from '../model/labels.ts';
import { loginSecrets } from './basic-login.ts';
import { reportPart, type NotifyDependencies } from './dependencies.ts';
import { failureOf, type Advice } from './http-answer.ts';
import { httpConfigSecrets, timeoutOf, withHttpConfig, type HttpOptions } from './http-config.ts';

const TIMEOUT_MS = 8000;
/** Prometheus's `resend-delay` of alerts, and how many of them an alert outlives. */
const RESEND_MS = 60_000;
const OUTLIVED = 4;
const ADVICE: Advice = {
  unauthorized: 'check http_config',
  not_found: 'urls are bases without /api/v2/alerts; with a route prefix, add it',
};

export interface AlertmanagerOptions extends HttpOptions {
  /** Bases; all are told, as those of one cluster do not tell each other of alerts. */
  readonly urls: readonly string[];
}

/**
 * Forwards alerts to Alertmanagers as a Prometheus does (prometheus/alertmanager, api/v2/openapi.yaml, `postAlerts`): an
 * alert that fires ends in four minutes unless it is told again, which happens each minute. One that has the alerts is
 * enough: another gets them within the minute after it is back.
 */
export function createAlertmanagerNotifier(
  options: AlertmanagerOptions,
  dependencies: NotifyDependencies,
): Notifier {
  const { clock } = dependencies;
  const http = withHttpConfig(dependencies.http, options.http_config);
  const secrets = httpConfigSecrets(options.http_config);

  async function post(base: string, body: string, signal: AbortSignal): Promise<void> {
    const response = await http({
      url: `${base.replace(/\/+$/, '')}/api/v2/alerts`,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'octowatch' },
      body,
      timeoutMs: timeoutOf(options, TIMEOUT_MS),
      signal,
    });
    const failure = failureOf(
      `Alertmanager ${new URL(base).origin}`,
      response,
      [...secrets, ...loginSecrets(base)],
      ADVICE,
    );
    if (failure !== undefined) throw failure;
  }

  async function tell(incident: Incident, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify(alertsBody(incident, clock.now()));
    const failures = await failuresOf(options.urls.map((url) => post(url, body, signal)));
    const [first] = failures;
    if (first !== undefined && failures.length === options.urls.length)
      throw failures.find(({ retryable }) => retryable) ?? first;
    for (const failure of failures)
      reportPart(dependencies, 'alertmanager', incident, 'one of several Alertmanagers', failure);
  }

  return {
    showsHealing: false,
    keepAlive: { everyMs: RESEND_MS, send: tell },
    async notify(incident, signal) {
      await tell(incident, signal);
      return {};
    },
  };
}

async function failuresOf(work: readonly Promise<void>[]): Promise<Failure[]> {
  const outcomes = await Promise.allSettled(work);
  return outcomes.flatMap((each) => (each.status === 'rejected' ? [toFailure(each.reason)] : []));
}

/** The alerts of an incident as `postableAlerts`; none carries a remedy. */
export function alertsBody(incident: Incident, nowMs: number): object[] {
  return incident.alerts.map((alert) => {
    const startsAt = startOf(alert);
    // An end before the beginning is refused: clocks that were set back must not lose the alert.
    const endsAt = Math.max(startsAt, endOf(alert, incident) ?? nowMs + OUTLIVED * RESEND_MS);
    return {
      labels: withoutEmpty(alert.labels),
      annotations: withoutEmpty(withoutLabels(alert.annotations, ANNOTATIONS.remedy)),
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      generatorURL: generatorOf(alert, incident.externalUrl, incident.details.links.incident),
    };
  });
}

function withoutEmpty(labels: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
