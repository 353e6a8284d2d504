import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';

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

/** PagerDuty's Events API v2 with its documented limits (PagerDuty/api-schema, events-v2). */
export interface FakePagerDuty extends HttpFake {
  /** Accepted events in their order, repeated ones too. */
  readonly events: readonly PagerDutyEvent[];
  /** What on-call sees: the state of each incident by its dedup key. */
  incidents(): ReadonlyMap<string, 'triggered' | 'acknowledged' | 'resolved'>;
}

const MAX_BYTES = 512_000;
const ACTIONS = ['trigger', 'acknowledge', 'resolve'];
const SEVERITIES = ['critical', 'error', 'warning', 'info'];
const STATES = { trigger: 'triggered', acknowledge: 'acknowledged', resolve: 'resolved' } as const;

export async function startFakePagerDuty(): Promise<FakePagerDuty> {
  const events: PagerDutyEvent[] = [];

  function answer({ method, path, body }: FakeRequest): FakeAnswer {
    if (method !== 'POST' || path !== '/v2/enqueue') return { status: 404, body: { status: 'not found' } };
    if (Buffer.byteLength(body) > MAX_BYTES) return invalid('event exceeds the size limit of 512 kB');
    const event = parse(body);
    const problem = event === undefined ? 'body is not JSON' : problemOf(event);
    if (event === undefined || problem !== undefined) return invalid(problem ?? '');
    events.push({ ...event, receivedAt: Date.now() });
    return {
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: event.dedup_key },
    };
  }

  const fake = await startHttpFake(answer);
  return {
    ...fake,
    events,
    incidents: () => new Map(events.map(({ dedup_key: key, event_action: action }) => [key, STATES[action]])),
  };
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
  if (action === 'trigger') return payloadProblemOf(event);
  return dedup === undefined ? "'dedup_key' is missing" : undefined;
}

function payloadProblemOf({ payload }: PagerDutyEvent): string | undefined {
  const { summary, source, severity } = payload ?? { summary: '', source: '', severity: '' };
  if (typeof summary !== 'string' || summary === '') return "'payload.summary' is missing or blank";
  if (summary.length > 1024) return "'payload.summary' is longer than 1024 characters";
  if (typeof source !== 'string' || source === '') return "'payload.source' is missing or blank";
  return SEVERITIES.includes(severity) ? undefined : "'payload.severity' is invalid";
}
