import { ANNOTATIONS } from '../model/alert.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import type { Http } from '../model/ports.ts';
import { failureOf } from './http-answer.ts';

const EVENTS_API = 'https://events.pagerduty.com';
const TIMEOUT_MS = 8000;
const MAX_BYTES = 512_000;
const MAX_SUMMARY = 1024;

export interface PagerDutyOptions {
  readonly routing_key: string;
  readonly url?: string | undefined;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
}

/**
 * Events API v2 (PagerDuty/api-schema, events-v2): `POST /v2/enqueue`, 202 accepted. The incident's key is the
 * dedup_key, so a repeated trigger shows once. The agent never acknowledges: an acknowledged incident wakes nobody.
 */
export function createPagerDutyNotifier(options: PagerDutyOptions, { http }: { http: Http }): Notifier {
  return {
    showsHealing: false,
    async notify(incident, signal) {
      const response = await http({
        url: enqueueUrl(options.url ?? EVENTS_API),
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: pagerDutyBody(incident, options),
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      const failure = failureOf('PagerDuty', response, [options.routing_key]);
      if (failure !== undefined) throw failure;
      return {};
    },
  };
}

/** Alertmanager's `url` is the whole address, a proxy's is often its base: both are understood. */
function enqueueUrl(url: string): string {
  return `${url.replace(/\/+$/, '').replace(/\/v2\/enqueue$/, '')}/v2/enqueue`;
}

/** The event as JSON; details that do not fit the limit are replaced by a note. */
export function pagerDutyBody(incident: Incident, options: PagerDutyOptions): string {
  const body = JSON.stringify(eventOf(incident, options, detailsOf(incident)));
  if (Buffer.byteLength(body) <= MAX_BYTES) return body;
  return JSON.stringify(
    eventOf(incident, options, { note: `details left out: over ${MAX_BYTES} bytes, see the page` }),
  );
}

function eventOf(incident: Incident, options: PagerDutyOptions, details: object): object {
  const common = { routing_key: options.routing_key, dedup_key: incident.key };
  if (incident.status === 'resolved') return { ...common, event_action: 'resolve' };
  const { tenant, alertname } = incident.commonLabels;
  return {
    ...common,
    event_action: 'trigger',
    client: 'octowatch',
    client_url: incident.externalUrl,
    links: linksOf(incident),
    payload: {
      summary: clip(incident.summary),
      source: tenant ?? 'octowatch',
      severity: options.severity,
      timestamp: new Date(incident.startsAt).toISOString(),
      class: alertname,
      custom_details: details,
    },
  };
}

function linksOf({ commonAnnotations }: Incident): object[] {
  const links = [
    { href: commonAnnotations[ANNOTATIONS.link] ?? '', text: 'Open' },
    { href: commonAnnotations[ANNOTATIONS.runbook] ?? '', text: 'Runbook' },
  ];
  return links.filter(({ href }) => href !== '');
}

function clip(summary: string): string {
  // A character outside the basic plane must not be halved.
  return summary.slice(0, MAX_SUMMARY).replace(/[\uD800-\uDBFF]$/, '');
}

/** In the order a tired reader needs: what, since when, what was tried, what to do first. */
function detailsOf(incident: Incident): object {
  const { alerts, heals, commonAnnotations, commonLabels } = incident;
  return {
    impact: incident.summary,
    since: new Date(incident.startsAt).toISOString(),
    value: alerts.length === 1 ? alerts[0]?.value : undefined,
    tried: heals.length === 0 ? 'no automatic remedy' : heals,
    action: commonAnnotations[ANNOTATIONS.action],
    alerts:
      alerts.length > 1
        ? alerts.map(({ annotations, labels }) => annotations[ANNOTATIONS.summary] ?? labels['alertname'])
        : undefined,
    labels: commonLabels,
  };
}
