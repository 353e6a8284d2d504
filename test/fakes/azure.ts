import type { TestContext } from 'node:test';
import { startLoopbackServer, type Answer, type Received } from '../contract/loopback-server.ts';
import { AZURE_LISTS, AZURE_OBJECTS, AZURE_SUBSCRIPTION, metricsOf } from './azure-resources.ts';

/** The principal that the token endpoint knows. */
export const AZURE_PRINCIPAL = {
  tenant_id: '11111111-1111-4111-8111-111111111111',
  client_id: '22222222-2222-4222-8222-222222222222',
  client_secret: 'azure-s3cret-value',
};

/** Versions that each provider serves, as the public specifications list them. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Compute': ['2023-07-01', '2024-03-01', '2024-07-01'],
  'Microsoft.ContainerService': ['2024-05-01', '2024-09-01', '2025-01-01'],
  'Microsoft.Insights': ['2018-01-01', '2023-10-01', '2024-02-01'],
  'Microsoft.Network': ['2023-11-01', '2024-05-01'],
  'Microsoft.Sql': ['2021-11-01', '2023-08-01'],
  'Microsoft.Storage': ['2023-01-01', '2023-05-01'],
};

/** Azure's token endpoint and Resource Manager, as far as octowatch asks them. */
export interface FakeAzure {
  answer(request: Received): Answer;
  /** Reads so far, without the ones for tokens. */
  readonly asked: string[];
  readonly tokens: { given: number };
  /** Providers that the principal may not read. */
  readonly forbidden: Set<string>;
  /** Answers so many reads with 429 and this `Retry-After`. */
  throttle(reads: number, retryAfter: string): void;
  /** Tokens that were given are taken no more. */
  endTokens(): void;
  /** The next page of every list leads there. */
  nextLinkHost: string | undefined;
  pageSize: number;
}

export function createFakeAzure(): FakeAzure {
  const asked: string[] = [];
  const tokens = { given: 0 };
  const forbidden = new Set<string>();
  let firstToken = 1;
  let throttled = { reads: 0, retryAfter: '' };
  let readsLeft = 250;
  const azure: FakeAzure = {
    asked,
    tokens,
    forbidden,
    nextLinkHost: undefined,
    pageSize: 2,
    throttle: (reads, retryAfter) => void (throttled = { reads, retryAfter }),
    endTokens: () => void (firstToken = tokens.given + 1),
    answer: (request) => (request.path.endsWith('/oauth2/v2.0/token') ? token(request) : read(request)),
  };

  function token({ method, path, body }: Received): Answer {
    const form = new URLSearchParams(body);
    const isKnown =
      path.startsWith(`/${AZURE_PRINCIPAL.tenant_id}/`) &&
      form.get('client_id') === AZURE_PRINCIPAL.client_id &&
      form.get('client_secret') === AZURE_PRINCIPAL.client_secret;
    if (
      method !== 'POST' ||
      form.get('grant_type') !== 'client_credentials' ||
      !form.get('scope')?.endsWith('/.default')
    )
      return { status: 400, json: { error: 'invalid_request', error_description: 'AADSTS900144' } };
    if (!isKnown)
      return {
        status: 401,
        json: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' },
      };
    tokens.given++;
    return { json: { token_type: 'Bearer', expires_in: 3599, access_token: `token-${tokens.given}` } };
  }

  function read(request: Received): Answer {
    const { path, headers } = request;
    const given = Number(/^Bearer token-(\d+)$/.exec(headers.authorization ?? '')?.[1] ?? 0);
    if (given < firstToken || given > tokens.given) return refusal(401, 'InvalidAuthenticationToken');
    asked.push(path);
    const limits = { 'x-ms-ratelimit-remaining-subscription-reads': String(--readsLeft) };
    if (throttled.reads > 0) {
      throttled.reads--;
      return {
        ...refusal(429, 'TooManyRequests'),
        headers: { ...limits, 'retry-after': throttled.retryAfter },
      };
    }
    return { ...resource(request), headers: limits };
  }

  function resource(request: Received): Answer {
    const { path, query } = request;
    const provider = path.match(/Microsoft\.\w+/g)?.at(-1) ?? '';
    const version = query.get('api-version');
    if (version === null) return refusal(400, 'MissingApiVersionParameter');
    if (VERSIONS[provider]?.includes(version) !== true) return refusal(400, 'NoRegisteredProviderFound');
    if (forbidden.has(provider)) return refusal(403, 'AuthorizationFailed');
    const below = path.replace(`/subscriptions/${AZURE_SUBSCRIPTION}`, '');
    if (below === path) return refusal(404, 'SubscriptionNotFound');
    if (provider === 'Microsoft.Insights') return metrics(below, query);
    const object = AZURE_OBJECTS[below];
    if (object !== undefined && query.get('$expand') === 'stats') return { json: object };
    const list = AZURE_LISTS[below];
    return list === undefined ? refusal(404, 'ResourceNotFound') : page(list, request);
  }

  function metrics(path: string, query: URLSearchParams): Answer {
    const found = metricsOf(path, (query.get('metricnames') ?? '').split(','), query.get('timespan') ?? '');
    return found === undefined ? refusal(400, 'BadRequest') : { json: { value: found } };
  }

  function page(list: readonly object[], { path, query, headers }: Received): Answer {
    const from = Number(query.get('$skiptoken') ?? 0);
    const to = from + azure.pageSize;
    const rest = new URLSearchParams({
      'api-version': query.get('api-version') ?? '',
      $skiptoken: String(to),
    });
    const host = azure.nextLinkHost ?? `http://${headers.host}`;
    const nextLink = to < list.length ? { nextLink: `${host}${path}?${rest.toString()}` } : {};
    return { json: { value: list.slice(from, to), ...nextLink } };
  }

  return azure;
}

/** The same on a socket of its own. */
export async function startFakeAzure(t: TestContext): Promise<FakeAzure & { readonly url: string }> {
  const azure = createFakeAzure();
  const { url } = await startLoopbackServer(t, (request) => azure.answer(request));
  return Object.assign(azure, { url });
}

function refusal(status: number, code: string): Answer {
  return {
    status,
    json: { error: { code, message: `The client with object id 'x' was refused: ${code}.` } },
  };
}
