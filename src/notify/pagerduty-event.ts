import type { Incident } from '../model/incident.ts';
import type { Fill } from './fill-template.ts';
import { wordsOf } from './incident-words.ts';
import { imagesOf, linksOf, type PagerDutyAddresses } from './pagerduty-links.ts';

/** Limits of the Events API v2: 512 kB an event (Alertmanager takes it as 512,000 bytes), 1,024 characters a summary. */
const MAX_BYTES = 512_000;
const MAX_SUMMARY = 1024;
const MAX_FIELD = 255;
const SHOWN_ALERTS = 20;
const SEVERITIES: readonly string[] = ['critical', 'error', 'warning', 'info'];

/** What a person may say of an event; texts are templates as in Alertmanager. */
export interface PagerDutyTexts extends PagerDutyAddresses {
  readonly client?: string | undefined;
  readonly client_url?: string | undefined;
  readonly description?: string | undefined;
  readonly severity?: string | undefined;
  readonly source?: string | undefined;
  readonly class?: string | undefined;
  readonly component?: string | undefined;
  readonly group?: string | undefined;
  /** Told besides ours; one of the same name replaces ours. */
  readonly details?: Readonly<Record<string, string>> | undefined;
}

export type EventAction = 'trigger' | 'acknowledge' | 'resolve';

/**
 * One event as JSON (PagerDuty/api-schema, events-v2). Details that do not fit the limit give way to a note, the page
 * line never does.
 */
export function pagerDutyBody(
  action: EventAction,
  incident: Incident,
  options: PagerDutyTexts & { readonly routing_key: string },
  fill: Fill,
): string {
  const common = { routing_key: options.routing_key, event_action: action, dedup_key: incident.key };
  if (action !== 'trigger') return JSON.stringify(common);
  const trigger = triggerOf(incident, options, fill);
  const bodyWith = (details: object): string =>
    JSON.stringify({
      ...common,
      ...trigger,
      payload: { ...trigger.payload, custom_details: details },
    });
  const body = bodyWith(detailsOf(incident, options, fill));
  if (Buffer.byteLength(body) <= MAX_BYTES) return body;
  return bodyWith({ note: `details left out: over ${MAX_BYTES} bytes, see the page of the incident` });
}

/** The title of the incident: the page line, or the configured description. */
export function pagerDutyTitle(incident: Incident, { description }: PagerDutyTexts, fill: Fill): string {
  const text = fill(incident, { name: 'description', template: description, own: incident.summary });
  return firstText(
    MAX_SUMMARY,
    text,
    incident.summary,
    incident.commonLabels['alertname'],
    'an alert without a name',
  );
}

function triggerOf(
  incident: Incident,
  options: PagerDutyTexts,
  fill: Fill,
): { readonly payload: object; readonly [field: string]: unknown } {
  const { tenant, alertname } = incident.commonLabels;
  const field = (name: 'client' | 'source' | 'class' | 'component' | 'group', ...own: string[]): string =>
    firstText(MAX_FIELD, fill(incident, { name, template: options[name], own: '' }), ...own);
  const page = { name: 'client_url', template: options.client_url, own: incident.details.links.incident };
  return {
    client: field('client', 'octowatch'),
    client_url: fill(incident, page),
    links: linksOf(incident, options, fill),
    ...imagesOf(incident, options, fill),
    payload: {
      summary: pagerDutyTitle(incident, options, fill),
      source: field('source', tenant ?? '', 'octowatch'),
      severity: severityOf(incident, options, fill),
      timestamp: new Date(incident.startsAt).toISOString(),
      class: field('class', alertname ?? '') || undefined,
      component: field('component') || undefined,
      group: field('group') || undefined,
    },
  };
}

/** The severity that is configured, or the alert's own where it is one of PagerDuty's, or what ours comes to there. */
function severityOf(incident: Incident, { severity: template }: PagerDutyTexts, fill: Fill): string {
  const label = incident.commonLabels['severity'] ?? '';
  const ours = { page: 'critical', ticket: 'warning', log: 'info' }[incident.severity];
  const own = SEVERITIES.includes(label) ? label : ours;
  const severity = fill(incident, { name: 'severity', template, own }).trim().toLowerCase();
  return SEVERITIES.includes(severity) ? severity : own;
}

function detailsOf(incident: Incident, { details = {} }: PagerDutyTexts, fill: Fill): object {
  const own = Object.entries(details).map(([name, template]) => {
    return [name, fill(incident, { name: `details.${name}`, template, own: '' })] as const;
  });
  return { ...wordsOf(fill.noted(incident)), ...membersOf(incident), ...Object.fromEntries(own) };
}

/** The lines of the alerts where there are several. */
function membersOf({ alerts }: Incident): object {
  if (alerts.length < 2) return {};
  const lines = alerts
    .slice(0, SHOWN_ALERTS)
    .map(({ annotations, labels }) => annotations['summary'] ?? labels['alertname'] ?? 'alert');
  const left = alerts.length - lines.length;
  return { alerts: left > 0 ? [...lines, `and ${left} more`] : lines };
}

/** The first of these that says anything, on one line and no longer than it may be. */
function firstText(max: number, ...texts: readonly (string | undefined)[]): string {
  const lines = texts.map((text = '') => clip(text.replace(/[\p{Cc}\s]+/gu, ' ').trim(), max));
  return lines.find((line) => line !== '') ?? '';
}

function clip(text: string, max: number): string {
  // A character outside the basic plane must not be halved.
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}
