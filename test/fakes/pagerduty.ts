import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';
import { answerRest, type PagerDutyAccount } from './pagerduty-rest.ts';

/** An event that was accepted. */
export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: string;
    readonly custom_details?: Readonly<Record<string, unknown>>;
  };
  /** ms since the epoch. */
  readonly receivedAt: number;
}

/** An incident as a person at PagerDuty sees it. */
export interface PagerDutyIncident {
  readonly id: string;
  readonly key: string;
  title: string;
  status: 'triggered' | 'acknowledged' | 'resolved';
  /** How often somebody was woken for it. */
  wakes: number;
  acknowledgements: { at: string; acknowledger: { id: string; type: string; summary: string } }[];
  readonly notes: string[];
}

/** PagerDuty's Events API v2 with its documented limits, and of its REST API what octowatch uses (PagerDuty/api-schema). */
export interface FakePagerDuty extends HttpFake {
  /** Accepted events in their order, repeated ones too. */
  readonly events: readonly PagerDutyEvent[];
  /** What on-call sees: the state of the newest incident of each dedup key. */
  incidents(): ReadonlyMap<string, 'triggered' | 'acknowledged' | 'resolved'>;
  /** Every incident there was, oldest first. */
  readonly history: readonly PagerDutyIncident[];
  /** The one REST API key it knows. */
  readonly restToken: string;
  /** Calls of the REST API: `GET /incidents`. */
  readonly restCalls: readonly string[];
  /** A user of the account acknowledges the open incident of a key in PagerDuty's app. */
  acknowledge(key: string, person: string): void;
}

const MAX_BYTES = 512_000;
const ACTIONS = ['trigger', 'acknowledge', 'resolve'];
const SEVERITIES = ['critical', 'error', 'warning', 'info'];

export async function startFakePagerDuty(): Promise<FakePagerDuty> {
  const events: PagerDutyEvent[] = [];
  const restToken = ['u+', 'fake', 'rest'].join('');
  const account: PagerDutyAccount = { token: restToken, incidents: [], calls: [] };

  function answer(request: FakeRequest): FakeAnswer {
    const { method, path, body } = request;
    if (path.startsWith('/incidents')) return answerRest(account, request);
    if (method !== 'POST' || path !== '/v2/enqueue') return { status: 404, body: { status: 'not found' } };
    if (Buffer.byteLength(body) > MAX_BYTES) return invalid('event exceeds the size limit of 512 kB');
    const event = parse(body);
    const problem = event === undefined ? 'body is not JSON' : problemOf(event);
    if (event === undefined || problem !== undefined) return invalid(problem ?? '');
    events.push({ ...event, receivedAt: Date.now() });
    process(account.incidents, event);
    return {
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: event.dedup_key },
    };
  }

  const fake = await startHttpFake(answer);
  return {
    ...fake,
    events,
    incidents: () => new Map(account.incidents.map(({ key, status }) => [key, status])),
    history: account.incidents,
    restToken,
    restCalls: account.calls,
    acknowledge(key, person) {
      const open = openOf(account.incidents, key);
      if (open !== undefined) take(open, { id: 'P1', type: 'user_reference', summary: person });
    },
  };
}

function openOf(incidents: readonly PagerDutyIncident[], dedupKey: string): PagerDutyIncident | undefined {
  return incidents.find(({ key, status }) => key === dedupKey && status !== 'resolved');
}

/** A trigger for an open incident is written in its log: it wakes nobody again and changes no title. */
function process(
  incidents: PagerDutyIncident[],
  { event_action: action, dedup_key: key, payload }: PagerDutyEvent,
): void {
  const open = openOf(incidents, key);
  if (open !== undefined && action === 'resolve') open.status = 'resolved';
  if (open !== undefined && action === 'acknowledge')
    take(open, { id: 'PSVC', type: 'service_reference', summary: 'octowatch' });
  if (open !== undefined || action !== 'trigger') return;
  incidents.push({
    id: `Q${incidents.length}`,
    key,
    title: payload?.summary ?? '',
    status: 'triggered',
    wakes: 1,
    acknowledgements: [],
    notes: [],
  });
}

function take(open: PagerDutyIncident, acknowledger: { id: string; type: string; summary: string }): void {
  open.status = 'acknowledged';
  open.acknowledgements.push({ at: new Date().toISOString(), acknowledger });
}

function invalid(error: string): FakeAnswer {
  return {
    status: 400,
    body: { status: 'invalid event', message: 'Event object is invalid', errors: [error] },
  };
}

function parse(body: string): PagerDutyEvent | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function problemOf(event: PagerDutyEvent): string | undefined {
  const { routing_key: key, event_action: action, dedup_key: dedup } = event;
  if (typeof key !== 'string' || key.length !== 32) return "'routing_key' is invalid";
  if (!ACTIONS.includes(action)) return "'event_action' is invalid";
  if (dedup !== undefined && (typeof dedup !== 'string' || dedup === '' || dedup.length > 255))
    return "'dedup_key' must have 1 to 255 characters";
  if (action === 'trigger') return payloadProblemOf(event) ?? addressProblemOf(event);
  return dedup === undefined ? "'dedup_key' is missing" : undefined;
}

function payloadProblemOf({ payload }: PagerDutyEvent): string | undefined {
  const { summary, source, severity } = payload ?? { summary: '', source: '', severity: '' };
  if (typeof summary !== 'string' || summary === '') return "'payload.summary' is missing or blank";
  if (summary.length > 1024) return "'payload.summary' is longer than 1024 characters";
  if (typeof source !== 'string' || source === '') return "'payload.source' is missing or blank";
  return SEVERITIES.includes(severity) ? undefined : "'payload.severity' is invalid";
}

function addressProblemOf(event: object): string | undefined {
  const listOf = (name: string): Record<string, unknown>[] => Reflect.get(event, name) ?? [];
  if (listOf('links').some(({ href }) => !URL.canParse(String(href)))) return "'links.href' is not a URL";
  if (listOf('images').some(({ src }) => !String(src).startsWith('https://')))
    return "'images.src' must be served via HTTPS";
  return undefined;
}
