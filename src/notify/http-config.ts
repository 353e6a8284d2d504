import type { Http, HttpTls } from '../model/ports.ts';
import { basicOf, loginOf } from './basic-login.ts';

/** Alertmanager's `http_config` as the configuration has it; files are read. */
export interface HttpConfig {
  readonly basic_auth?: { readonly username: string; readonly password?: string | undefined } | undefined;
  readonly authorization?: { readonly type: string; readonly credentials?: string | undefined } | undefined;
  readonly bearer_token?: string | undefined;
  readonly http_headers?: Readonly<
    Record<string, { readonly values: readonly string[]; readonly secrets: readonly string[] }>
  >;
  readonly tls_config?: TlsConfig | undefined;
}

/** Alertmanager's `tls_config`, PEM in place of files. */
export interface TlsConfig {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly server_name?: string | undefined;
  readonly insecure_skip_verify: boolean;
}

/** What every receiver that is asked over HTTP may say. */
export interface HttpOptions {
  readonly http_config?: HttpConfig | undefined;
  /** ms; Alertmanager's 0 is our own limit, which a longer one is cut to. */
  readonly timeout?: number | undefined;
}

/** How long an answer is waited for, ms. */
export function timeoutOf({ timeout = 0 }: HttpOptions, limitMs: number): number {
  return timeout === 0 ? limitMs : Math.min(timeout, limitMs);
}

/**
 * `http` that says with each request who asks, and judges certificates, as an `http_config` has it, or else as the
 * address says. Headers of the request itself come first. Redirects are not followed: a body must not be sent on to where one leads.
 */
export function withHttpConfig(http: Http, config: HttpConfig | undefined): Http {
  const headers = config === undefined ? {} : headersOf(config);
  const tls = tlsOf(config?.tls_config);
  return (request) =>
    http({
      ...request,
      headers: { ...headersOfAddress(request.url), ...headers, ...request.headers },
      ...(tls === undefined ? {} : { tls }),
    });
}

/** What must not be shown of what is sent with it. */
export function httpConfigSecrets({
  basic_auth,
  authorization,
  bearer_token,
  http_headers,
}: HttpConfig = {}): string[] {
  const others = Object.values(http_headers ?? {}).flatMap(({ secrets }) => secrets);
  const { username = '', password } = basic_auth ?? {};
  const encoded = password === undefined ? undefined : basicOf(username, password);
  return [password, encoded, authorization?.credentials, bearer_token, ...others].filter(
    (secret) => secret !== undefined,
  );
}

/** How certificates are judged, for Http. */
export function tlsOf(config: TlsConfig | undefined): HttpTls | undefined {
  if (config === undefined) return undefined;
  const { ca, cert, key, server_name: serverName, insecure_skip_verify: isBlind } = config;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(isBlind ? { verify: false } : {}),
  };
}

function headersOf(config: HttpConfig): Record<string, string> {
  const own = Object.entries(config.http_headers ?? {}).map(([name, { values, secrets }]) => [
    name.toLowerCase(),
    [...values, ...secrets].join(', '),
  ]);
  const authorization = authorizationOf(config);
  return { ...Object.fromEntries(own), ...(authorization === undefined ? {} : { authorization }) };
}

function headersOfAddress(address: string): Record<string, string> {
  const login = loginOf(address);
  return login === undefined ? {} : { authorization: `Basic ${basicOf(login.username, login.password)}` };
}

function authorizationOf({ basic_auth, authorization, bearer_token }: HttpConfig): string | undefined {
  if (basic_auth !== undefined) return `Basic ${basicOf(basic_auth.username, basic_auth.password)}`;
  if (bearer_token !== undefined) return `Bearer ${bearer_token}`;
  return authorization?.credentials === undefined
    ? undefined
    : `${authorization.type} ${authorization.credentials}`;
}
