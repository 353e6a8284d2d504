import type { Incident, Notifier } from '../model/incident.ts';
import { membersOf, type JsonObject } from '../model/json.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import type { Http } from '../model/ports.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { reportPart, type NotifyDependencies } from './dependencies.ts';
import { createFill } from './fill-template.ts';
import { failureOf, type Advice } from './http-answer.ts';
import { httpConfigSecrets, timeoutOf, withHttpConfig, type HttpOptions } from './http-config.ts';
import { pagerDutyBody, pagerDutyTitle, type EventAction, type PagerDutyTexts } from './pagerduty-event.ts';
import { createPagerDutyRest, type OpenIncident, type PagerDutyRest } from './pagerduty-rest.ts';

const EVENTS_API = { us: 'https://events.pagerduty.com', eu: 'https://events.eu.pagerduty.com' } as const;
const REST_API = { us: 'https://api.pagerduty.com', eu: 'https://api.eu.pagerduty.com' } as const;
const TIMEOUT_MS = 6000;
/** For all that REST adds to a notification: the page has gone out by then. */
const REST_MS = 3000;
/** PagerDuty adjusts its limits as it likes; its staff once named 120 a minute for an integration. */
const PER_MINUTE = 60;
/** So many are left to pages: a storm that ends must not keep a new one from going out. */
const ENDS_PER_MINUTE = 45;
const MAX_TITLES = 5;
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

type Titles = readonly string[];

/** What is remembered of an open incident. */
interface Known extends JsonObject {
  /** What it is called; more than one while it is not known which edit arrived. */
  readonly titles: Titles;
  /** When the acknowledgement that was passed on was made, ms. */
  readonly acknowledged: number | null;
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
  const { clock, paces } = dependencies;
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

  /** Does what events cannot; returns what the incident may be called now. */
  async function follow(
    incident: Incident,
    known: Known,
    title: string,
    signal: AbortSignal,
  ): Promise<Titles> {
    const isMoved = known.titles.some((each) => each !== title);
    const taken = takenElsewhere(incident, known);
    if (rest === undefined || (!isMoved && taken === undefined)) return known.titles;
    try {
      await withDeadline(clock, REST_MS, signal, async (until) => {
        for (const open of await rest.find(incident.key, until)) {
          if (taken !== undefined) await rest.note(open.id, noteOf(taken), until);
          // A title that is not ours was written by a person, or is that of an incident into which ours was merged.
          if (open.title !== title && known.titles.includes(open.title))
            await rest.retitle(open.id, title, until);
        }
      });
      return [title];
    } catch (error) {
      reportPart(dependencies, 'pagerduty', incident, 'title or note', error);
      return [...new Set([...known.titles, title])].slice(-MAX_TITLES);
    }
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
      const titles = await follow(incident, known ?? { titles: [title], acknowledged: null }, title, signal);
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

function knownOf({ receipt }: Incident): Known | undefined {
  const { titles, acknowledged } = membersOf(receipt);
  if (!Array.isArray(titles)) return undefined;
  return { titles: titles.map(String), acknowledged: typeof acknowledged === 'number' ? acknowledged : null };
}

function acknowledgedBy(rest: PagerDutyRest): NonNullable<Notifier['acknowledgedBy']> {
  return async ({ key }, signal) => firstOf(await rest.find(key, signal));
}

function firstOf(incidents: readonly OpenIncident[]): Acknowledgement | undefined {
  const taken = incidents.flatMap(({ acknowledged }) => acknowledged ?? []);
  return taken.toSorted((a, b) => a.at - b.at)[0];
}

/** Who took the incident somewhere else, where PagerDuty has not been told yet. */
function takenElsewhere({ acknowledged }: Incident, known: Known | undefined): Acknowledgement | undefined {
  if (acknowledged === undefined || acknowledged.by.via === 'pagerduty') return undefined;
  return acknowledged.at === known?.acknowledged ? undefined : acknowledged;
}

function actionsOf(incident: Incident, known: Known | undefined): readonly EventAction[] {
  if (incident.status === 'resolved') return ['resolve'];
  if (takenElsewhere(incident, known) === undefined) return ['trigger'];
  return known === undefined ? ['trigger', 'acknowledge'] : ['acknowledge'];
}

const PLACES = {
  slack: 'in Slack',
  api: 'over the API',
  web: 'on the page of octowatch',
  cli: 'by the command line',
};

function noteOf({ by }: Acknowledgement): string {
  const place = by.via === 'pagerduty' ? '' : ` ${PLACES[by.via]}`;
  return `Acknowledged by ${by.name}${place}.`;
}
