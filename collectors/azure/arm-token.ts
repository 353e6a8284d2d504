import { Failure, reasonOfStatus } from '../../src/model/failure.ts';
import type { Clock, Http } from '../../src/model/ports.ts';
import { numberAt, parseObject, textAt } from './json-fields.ts';
import type { AzureSubscription } from './settings.ts';

const TIMEOUT_MS = 10_000;
/** A token is asked for again so long before it ends. */
const MARGIN_MS = 5 * 60_000;

/** The token of a subscription's principal. */
export interface TokenSource {
  /**
   * The token, asked for anew when it is about to end.
   * @throws Failure `unauthorized` and what the token endpoint says
   */
  get(signal: AbortSignal): Promise<string>;
  /** It was refused: revoked, or older than the clock here says. */
  forget(): void;
}

interface Token {
  readonly text: string;
  /** ms since the epoch. */
  readonly until: number;
}

/**
 * By client secret where the configuration has one (OAuth 2.0 client credentials, RFC 6749 section 4.4), else by what the
 * environment has: workload identity, managed identity, the Azure CLI.
 */
export function createTokenSource(
  subscription: AzureSubscription,
  { http, clock }: { readonly http: Http; readonly clock: Clock },
): TokenSource {
  let known: Token | undefined;
  const ask =
    subscription.client_secret === undefined
      ? environmentToken(subscription)
      : secretToken(subscription, http, clock);
  return {
    async get(signal) {
      if (known === undefined || clock.now() > known.until - MARGIN_MS) known = await ask(signal);
      return known.text;
    },
    forget: () => void (known = undefined),
  };
}

function secretToken(
  { authority, tenant_id = '', client_id = '', client_secret = '', endpoint }: AzureSubscription,
  http: Http,
  clock: Clock,
): (signal: AbortSignal) => Promise<Token> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id,
    client_secret,
    scope: `${endpoint}/.default`,
  });
  return async (signal) => {
    const { status, body } = await http({
      url: `${authority}/${tenant_id}/oauth2/v2.0/token`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const answer = parseObject(body, 'the token endpoint of Azure');
    if (status !== 200) throw refused(status, textAt(answer, 'error'));
    const text = textAt(answer, 'access_token');
    const seconds = numberAt(answer, 'expires_in');
    if (text === undefined || seconds === undefined)
      throw new Failure('malformed', 'the token endpoint of Azure gave no access_token');
    return { text, until: clock.now() + seconds * 1000 };
  };
}

/** 400 and 401 are both a principal or a secret that Azure does not take; the description of it names ids, so it stays out. */
function refused(status: number, error: string | undefined): Failure {
  const reason = status === 400 ? 'unauthorized' : (reasonOfStatus(status) ?? 'malformed');
  return new Failure(
    reason,
    `Azure gives no token (${status}${error === undefined ? '' : `, ${error}`}): check tenant_id, client_id and client_secret`,
  );
}

function environmentToken({ tenant_id: tenantId, client_id: clientId, endpoint }: AzureSubscription) {
  let credential: Promise<{ getToken: EnvironmentCredential['getToken'] }> | undefined;
  return async (signal: AbortSignal): Promise<Token> => {
    credential ??= loadCredential(tenantId, clientId);
    const { getToken } = await credential;
    try {
      const found = await getToken(`${endpoint}/.default`, signal);
      return { text: found.token, until: found.expiresOnTimestamp };
    } catch (error) {
      signal.throwIfAborted();
      throw new Failure(
        'unauthorized',
        'the environment has no identity that Azure takes: give client_id and client_secret, or a workload identity',
        { cause: error },
      );
    }
  };
}

interface EnvironmentCredential {
  getToken(
    scope: string,
    signal: AbortSignal,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number }>;
}

/** Loaded when it is needed: it is large. */
async function loadCredential(
  tenantId: string | undefined,
  clientId: string | undefined,
): Promise<EnvironmentCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential({
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(clientId === undefined
      ? {}
      : { managedIdentityClientId: clientId, workloadIdentityClientId: clientId }),
  });
  return { getToken: (scope, abortSignal) => credential.getToken(scope, { abortSignal }) };
}
