import { Failure, messageOf, toFailure } from '../model/failure.ts';
import type { Clock, Http, HttpResponse, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { timeLeft } from '../model/time-left.ts';
import { failureOfStatus } from './answer.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createRequestBudget, type RequestPriority } from './request-budget.ts';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts';
import { createSlots } from './slots.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const DEFAULT_PAUSE_MS = 30_000;
/** Requests to one instance at a time: kind to its database, and a connection less to keep. */
const AT_A_TIME = 1;

export interface ConnectionOptions {
  /** The instance's base URL, with or without a slash at the end. */
  readonly url: string;
  /** Never logged. Without one only anonymous endpoints answer. */
  readonly apiKey?: string | undefined;
  readonly tenant: string;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: SelfMetrics;
  readonly log: Log;
  /** Default 60. */
  readonly requestsPerMinute?: number;
  /** Of one request; default 5 s. */
  readonly timeoutMs?: number;
}

export interface Call {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'POST';
  readonly signal?: AbortSignal | undefined;
  /** Statuses besides 2xx that are an answer and not a failure. */
  readonly expected?: readonly number[];
  /** Default `normal`; `urgent` for an anonymous one. */
  readonly priority?: RequestPriority;
  /** The largest answer that is read, bytes; default 4 MiB. */
  readonly maxBytes?: number;
  /**
   * Sent without the key, at once: it measures how the server answers, and neither the rate limits of users nor what else
   * is asked may be in it.
   */
  readonly anonymous?: boolean;
}

export interface Connection {
  /** Host and path of a call, for messages. */
  where(path: string): string;
  /** One request. @throws Failure, also `budget` when our own limit is reached and `rate_limited` during a pause */
  send(call: Call): Promise<HttpResponse>;
}

/** Requests to one instance: its key, its request budget, and the pauses its rate limit asks for. */
export function createConnection(options: ConnectionOptions): Connection {
  const {
    apiKey,
    clock,
    http,
    log,
    metrics,
    random,
    tenant,
    timeoutMs = 5000,
    requestsPerMinute = 60,
  } = options;
  const base = options.url.replace(/\/+$/, '');
  const budget = createRequestBudget(requestsPerMinute, clock);
  const breaker = createCircuitBreaker(clock, random);
  const line = createSlots(AT_A_TIME);
  let pausedUntil = 0;
  /** Why the last request had no answer. */
  let silence: Failure | undefined;

  function where(path: string): string {
    return `${URL.canParse(base) ? new URL(base).host : 'invalid url'}${path}`;
  }

  async function send(call: Call): Promise<HttpResponse> {
    const leave = waitsItsTurn(call) ? await line.acquire(call.signal) : undefined;
    try {
      return await sendNow(call);
    } finally {
      leave?.();
    }
  }

  async function sendNow(call: Call): Promise<HttpResponse> {
    admit(call);
    const response = await exchange(call);
    count(`${Math.floor(response.status / 100)}xx`);
    if (response.status === 429) pause(response, call);
    const failure = failureOfStatus(response, where(call.path), call.expected ?? []);
    if (failure !== undefined) throw failure;
    return response;
  }

  function admit(call: Call): void {
    const priority = priorityOf(call);
    const pausedFor = timeLeft(pausedUntil, MAX_RETRY_AFTER_MS, clock.now());
    if (pausedFor > 0 && call.anonymous !== true) {
      throw new Failure('rate_limited', `${where(call.path)}: the server asked for a pause (429)`, {
        retryAfterMs: pausedFor,
      });
    }
    if (breaker.restMs() > 0 && waitsItsTurn(call)) throw atRest(call);
    if (budget.take(priority)) return;
    const left = priority === 'spare' ? 'is half spent, and this can wait' : 'is spent';
    const limit = `the budget of ${requestsPerMinute} requests a minute ${left}`;
    throw new Failure(
      'budget',
      `${where(call.path)}: ${limit}; raise requests_per_minute or poll less often`,
    );
  }

  function atRest({ path }: Call): Failure {
    const { reason = 'timeout', message = '' } = silence ?? {};
    const text = `${where(path)}: not asked, as the last requests had no answer: ${message}`;
    return new Failure(reason, text, { retryAfterMs: breaker.restMs() });
  }

  async function exchange(call: Call): Promise<HttpResponse> {
    try {
      const response = await request(call);
      // A ping may be answered while all that needs the database hangs; but who could not be reached is back.
      if (call.anonymous !== true || silence?.reason === 'network') breaker.answered();
      return response;
    } catch (error) {
      const failure = toFailure(error);
      const isSilent = failure.reason === 'timeout' || failure.reason === 'network';
      if (isSilent && call.anonymous !== true) {
        silence = failure;
        breaker.unanswered();
      }
      count(failure.reason);
      throw failure;
    }
  }

  function request(call: Call): Promise<HttpResponse> {
    const { path, query, method = 'GET', signal, anonymous, maxBytes = MAX_BYTES } = call;
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    const credential = anonymous === true || apiKey === undefined ? {} : { 'x-octopus-apikey': apiKey };
    return http({
      url: base + path + search,
      method,
      headers: { accept: 'application/json', 'user-agent': 'octowatch', ...credential },
      timeoutMs,
      maxBytes,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  function pause(response: HttpResponse, { path, anonymous }: Call): void {
    metrics.increment('octowatch_octopus_api_429_total', { tenant });
    if (anonymous === true) return;
    const asked = parseRetryAfter(response.headers['retry-after'], clock.now());
    const ms = asked ?? DEFAULT_PAUSE_MS * (1 + random());
    pausedUntil = clock.now() + Math.max(ms, timeLeft(pausedUntil, MAX_RETRY_AFTER_MS, clock.now()));
    log.warn({ tenant, path, seconds: Math.ceil(ms / 1000) }, 'rate limited by the server, pausing');
    throw new Failure('rate_limited', messageOf(failureOfStatus(response, where(path), [])), {
      retryAfterMs: ms,
    });
  }

  function count(outcome: string): void {
    metrics.increment('octowatch_octopus_api_requests_total', { outcome });
  }

  return { where, send };
}

function priorityOf({ priority, anonymous }: Call): RequestPriority {
  return priority ?? (anonymous === true ? 'urgent' : 'normal');
}

/** What measures the server is not measured behind other requests, and what is urgent is not put off. */
function waitsItsTurn(call: Call): boolean {
  return call.anonymous !== true && priorityOf(call) !== 'urgent';
}
