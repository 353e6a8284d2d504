import { Failure } from '../model/failure.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import type { Http } from '../model/ports.ts';
import { failureOf, type Advice } from './http-answer.ts';

const TIMEOUT_MS = 4000;
const MAX_ANSWER = 1_048_576;
const MAX_FOUND = 25;
const ADVICE: Advice = {
  unauthorized: 'rest_token must be a REST API key: Integrations, API Access Keys',
  forbidden: 'the REST API key may only read: make one that may write, or leave rest_token out',
  rejected: 'from must be the e-mail address of a user of the account',
};

export interface PagerDutyRestOptions {
  readonly rest_token: string;
  /** The e-mail address of the user in whose name changes are made; PagerDuty asks for one. */
  readonly from?: string | undefined;
  /** Base of the REST API. */
  readonly rest_url: string;
}

/** An open incident as PagerDuty has it. */
export interface OpenIncident {
  readonly id: string;
  readonly title: string;
  /** The first person who took it; not known when a service did. */
  readonly acknowledged?: Acknowledgement;
}

/** The part of PagerDuty's REST API, version 2, that octowatch uses (PagerDuty/api-schema, REST). */
export interface PagerDutyRest {
  /** The open incidents of a dedup key: one for each service that was told of it. @throws Failure */
  find(key: string, signal: AbortSignal): Promise<readonly OpenIncident[]>;
  /** @throws Failure */
  retitle(id: string, title: string, signal: AbortSignal): Promise<void>;
  /** @throws Failure */
  note(id: string, content: string, signal: AbortSignal): Promise<void>;
}

export function createPagerDutyRest(
  { rest_token: token, from, rest_url: base }: PagerDutyRestOptions,
  http: Http,
): PagerDutyRest {
  async function call(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: object,
  ): Promise<Uint8Array> {
    const response = await http({
      url: `${base}${path}`,
      method,
      headers: {
        accept: 'application/vnd.pagerduty+json;version=2',
        'content-type': 'application/json',
        authorization: `Token token=${token}`,
        ...(from === undefined ? {} : { from }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER,
      signal,
    });
    const failure = failureOf("PagerDuty's REST API", response, [token], ADVICE);
    if (failure !== undefined) throw failure;
    return response.body;
  }

  return {
    async find(key, signal) {
      const query = `incident_key=${encodeURIComponent(key)}&statuses[]=triggered&statuses[]=acknowledged&date_range=all&limit=${MAX_FOUND}`;
      return openIncidentsOf(parse(await call('GET', `/incidents?${query}`, signal)));
    },
    async retitle(id, title, signal) {
      await call('PUT', `/incidents/${encodeURIComponent(id)}`, signal, {
        incident: { type: 'incident', title },
      });
    },
    async note(id, content, signal) {
      await call('POST', `/incidents/${encodeURIComponent(id)}/notes`, signal, { note: { content } });
    },
  };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw malformed({ cause: error });
  }
}

function malformed(options: { cause?: unknown } = {}): Failure {
  return new Failure(
    'malformed',
    'PagerDuty: the answer is not that of its REST API (check rest_url)',
    options,
  );
}

function openIncidentsOf(answer: unknown): OpenIncident[] {
  const incidents: unknown = field(answer, 'incidents');
  if (!Array.isArray(incidents)) throw malformed();
  return incidents.map((incident: unknown) => {
    const [id, title] = [field(incident, 'id'), field(incident, 'title')];
    if (typeof id !== 'string' || typeof title !== 'string') throw malformed();
    const acknowledged = acknowledgementOf(field(incident, 'acknowledgements'));
    return { id, title, ...(acknowledged === undefined ? {} : { acknowledged }) };
  });
}

/** The earliest by a person: an integration that acknowledges is a service, and nobody is awake. */
function acknowledgementOf(list: unknown): Acknowledgement | undefined {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries
    .flatMap((entry) => {
      const who = field(entry, 'acknowledger');
      const [type, name, id] = [field(who, 'type'), field(who, 'summary'), field(who, 'id')];
      const at = Date.parse(String(field(entry, 'at')));
      if (!String(type).startsWith('user') || typeof name !== 'string' || Number.isNaN(at)) return [];
      const by = { name, via: 'pagerduty', ...(typeof id === 'string' ? { id } : {}) } as const;
      return [{ by, at }];
    })
    .toSorted((a, b) => a.at - b.at)[0];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
