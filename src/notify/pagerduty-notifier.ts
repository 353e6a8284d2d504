import type { Incident, Notifier } from '../model/incident.ts';
import type { Http } from '../model/ports.ts';
import type { NotifyDependencies } from './dependencies.ts';
import { createFill } from './fill-template.ts';
import { failureOf, type Advice } from './http-answer.ts';
import { httpConfigSecrets, timeoutOf, withHttpConfig, type HttpOptions } from './http-config.ts';
import { pagerDutyBody, pagerDutyTitle, type EventAction, type PagerDutyTexts } from './pagerduty-event.ts';
import { acknowledgedBy, followIncident, knownOf, takenElsewhere, type Known } from './pagerduty-follow.ts';
import { createPagerDutyRest, type PagerDutyRest } from './pagerduty-rest.ts';

const EVENTS_API = { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' } as const;
const REST_API = { us: 'https://api.pagerduty.com', eu: 'https://api.eu.pagerduty.com' } as const;
const TIMEOUT_MS = 6000;
/** PagerDuty adjusts its limits as it likes; its staff once named 120 a minute for an integration. */
const PER_MINUTE = 60;
/** So many are left to pages: a storm that ends must not keep a new one from going out. */
const ENDS_PER_MINUTE = 45;
const ADVICE: Advice = {
  rejected: 'routing_key must be the Integration Key of an Events API v2 integration',
  not_found: 'check region and url',
};

export interface PagerDutyOptions extends PagerDutyTexts, HttpOptions {
  readonly routing_key: string;
  /** Where the account lives. Default `us`. */
  readonly region?: 'us' | 'eu' | undefined;
  /** The Events API instead of that of the region: its base, or the whole address as Alertmanager has it. */
  readonly url?: string | undefined;
  /** A REST API key: then who acknowledged is known, and the title of an open incident follows the page line. */
  readonly rest_token?: string | undefined;
  /** The e-mail address of the user in whose name titles and notes are written. */
  readonly from?: string | undefined;
  readonly rest_url?: string | undefined;
}

/**
 * Events API v2 (PagerDuty/api-schema, events-v2): `POST /v2/enqueue`; 202 says that the event was taken, not that there
 * is an incident. The incident's key is the dedup_key, so a repeated trigger shows once. The agent acknowledges only on
 * a person's word: an acknowledged incident wakes nobody.
 */
export function createPagerDutyNotifier(
  options: PagerDutyOptions,
  dependencies: NotifyDependencies,
): Notifier {
  const { paces } = dependencies;
  const http = withHttpConfig(dependencies.http, options.http_config);
  const secrets = [options.routing_key, ...httpConfigSecrets(options.http_config)];
  const fill = createFill('pagerduty', dependencies);
  const rest = restOf(options, http);

  async function enqueue(action: EventAction, incident: Incident, signal: AbortSignal): Promise<void> {
    paces.take(`pagerduty ${options.routing_key}`, action === 'trigger' ? PER_MINUTE : ENDS_PER_MINUTE);
    const response = await http({
      url: enqueueUrl(options.url ?? EVENTS_API[options.region ?? 'us']),
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: pagerDutyBody(action, incident, options, fill),
      timeoutMs: timeoutOf(options, TIMEOUT_MS),
      signal,
    });
    const failure = failureOf('PagerDuty', response, secrets, ADVICE);
    if (failure !== undefined) throw failure;
  }

  return {
    showsHealing: false,
    ...(rest === undefined ? {} : { editsInPlace: true, acknowledgedBy: acknowledgedBy(rest) }),
    async notify(incident, signal) {
      const known = knownOf(incident);
      for (const action of actionsOf(incident, known)) await enqueue(action, incident, signal);
      // What comes after a resolve is a new incident.
      if (incident.status === 'resolved') return { ref: {} };
      const title = pagerDutyTitle(incident, options, fill);
      const acknowledged = incident.acknowledged?.at ?? null;
      const story = { incident, known: known ?? { titles: [title], acknowledged: null }, title };
      const titles =
        rest === undefined ? story.known.titles : await followIncident(rest, story, dependencies, signal);
      return { ref: { titles, acknowledged } };
    },
  };
}

function restOf(options: PagerDutyOptions, http: Http): PagerDutyRest | undefined {
  const { rest_token, rest_url = REST_API[options.region ?? 'us'], from } = options;
  return rest_token === undefined ? undefined : createPagerDutyRest({ rest_token, rest_url, from }, http);
}

/** Alertmanager's `url` is the whole address, a proxy's is often its base: both are understood. */
function enqueueUrl(url: string): string {
  return `${url.replace(/\/+$/, '').replace(/\/v2\/enqueue$/, '')}/v2/enqueue`;
}

function actionsOf(incident: Incident, known: Known | undefined): readonly EventAction[] {
  if (incident.status === 'resolved') return ['resolve'];
  if (takenElsewhere(incident, known) === undefined) return ['trigger'];
  return known === undefined ? ['trigger', 'acknowledge'] : ['acknowledge'];
}
