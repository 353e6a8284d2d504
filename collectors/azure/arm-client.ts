import { Failure, reasonOfStatus } from '../../src/model/failure.ts';
import type { Clock, Http, HttpResponse } from '../../src/model/ports.ts';
import type { SelfMetrics } from '../../src/model/self-metrics.ts';
import { parseRetryAfter } from '../../src/octopus/retry-after.ts';
import { API_VERSIONS, providerOf } from './api-versions.ts';
import { createTokenSource } from './arm-token.ts';
import { objectsAt, parseObject, textAt, type JsonFields } from './json-fields.ts';
import { createReadBudget } from './read-budget.ts';
import type { AzureSubscription } from './settings.ts';

const TIMEOUT_MS = 15_000;
const MAX_PAGES = 200;
/** A pause that a poll waits for; a longer one fails it. */
const SHORT_PAUSE_MS = 5000;
const USUAL_PAUSE_MS = 20_000;

/** Reads of one subscription. Paths begin with a slash; those below `/subscriptions/{id}` are given without it. */
export interface ArmClient {
  readonly subscription: AzureSubscription;
  /** One resource. @throws Failure, naming path and code of Azure */
  get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<JsonFields>;
  /** All pages of a list. @throws Failure as `get` does */
  list(path: string, signal: AbortSignal): Promise<readonly JsonFields[]>;
}

export interface ArmClientOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly metrics: SelfMetrics;
}

/**
 * Azure Resource Manager over REST: token, api-version, paging, limits.
 * Source: learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
 */
export function createArmClient(subscription: AzureSubscription, options: ArmClientOptions): ArmClient {
  const { http, clock, metrics } = options;
  const { endpoint, name } = subscription;
  const token = createTokenSource(subscription, options);
  const budget = createReadBudget(clock);

  async function ask(url: string, what: string, signal: AbortSignal): Promise<JsonFields> {
    for (let attempt = 1; ; attempt++) {
      const response = await attemptOf(url, signal);
      if (response.status === 200) return parseObject(response.body, `${what} of Azure`);
      const failure = failureOf(response, what, clock.now());
      if (failure.reason === 'rate_limited') {
        const wait = failure.retryAfterMs ?? USUAL_PAUSE_MS;
        if (attempt > 1 || wait > SHORT_PAUSE_MS) {
          budget.pause(wait);
          throw failure;
        }
        await clock.sleep(wait, signal);
      } else throw failure;
    }
  }

  async function attemptOf(url: string, signal: AbortSignal): Promise<HttpResponse> {
    const authorization = `Bearer ${await token.get(signal)}`;
    await budget.take(signal);
    const response = await http({ url, headers: { authorization }, timeoutMs: TIMEOUT_MS, signal });
    metrics.increment('octowatch_azure_requests_total', { outcome: outcomeOf(response.status) });
    if (response.status === 401) token.forget();
    const left = Number(response.headers['x-ms-ratelimit-remaining-subscription-reads']);
    if (Number.isFinite(left)) metrics.set('octowatch_azure_reads_remaining', left, { account: name });
    return response;
  }

  function urlOf(path: string, query: Readonly<Record<string, string>>): string {
    const full = path.startsWith('/subscriptions/')
      ? path
      : `/subscriptions/${subscription.subscription_id}${path}`;
    const version = API_VERSIONS[providerOf(path)];
    return `${endpoint}${full}?${new URLSearchParams({ ...query, 'api-version': version }).toString()}`;
  }

  return {
    subscription,
    get: (path, query, signal) => ask(urlOf(path, query), path, signal),
    async list(path, signal) {
      const found: JsonFields[] = [];
      let url: string | undefined = urlOf(path, {});
      for (let page = 0; url !== undefined; page++) {
        if (page === MAX_PAGES) throw new Failure('too_large', `${path} has more than ${MAX_PAGES} pages`);
        const answer = await ask(url, path, signal);
        if (!Array.isArray(answer['value'])) throw new Failure('malformed', `${path} of Azure is no list`);
        found.push(...objectsAt(answer, 'value'));
        url = nextOf(answer, endpoint, path);
      }
      return found;
    },
  };
}

/** The token goes where the link leads, so it leads nowhere else. */
function nextOf(answer: JsonFields, endpoint: string, path: string): string | undefined {
  const link = textAt(answer, 'nextLink');
  if (link === undefined || link === '') return undefined;
  if (URL.canParse(link) && new URL(link).origin === new URL(endpoint).origin) return link;
  throw new Failure('malformed', `the next page of ${path} is said to be on another host`);
}

/** Azure says why in `error.code`; its message may hold ids of others. */
function failureOf({ status, headers, body }: HttpResponse, what: string, now: number): Failure {
  const reason = reasonOfStatus(status) ?? 'malformed';
  const code = codeOf(body);
  const advice = reason === 'forbidden' ? ': give the principal the role in deploy/azure' : '';
  const message = `Azure answered ${status}${code} to ${what}${advice}`;
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  return new Failure(reason, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function codeOf(body: Uint8Array): string {
  try {
    const code = textAt(parseObject(body, 'Azure'), 'error', 'code');
    return code === undefined ? '' : ` (${code})`;
  } catch {
    return '';
  }
}

function outcomeOf(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}
