import type { Logger, WebClient, WebClientOptions } from '@slack/web-api';
import type { Http } from '../model/ports.ts';
import { failureOf } from './http-answer.ts';
import { slackFailure } from './slack-errors.ts';
import type { SlackBot } from './slack-options.ts';

const TIMEOUT_MS = 8000;

/** Slack's own client on our `http`: no retries of its own, no log, and every call ends with `signal`. */
export async function openSlack(
  { token, apiUrl }: Pick<SlackBot, 'token' | 'apiUrl'>,
  http: Http,
  signal: AbortSignal,
): Promise<WebClient> {
  const { WebClient: Client } = await import('@slack/web-api');
  return new Client(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: await silentLogger(),
    fetch: slackFetch(http, token, signal),
  });
}

/** What `call` answers. @throws Failure for everything that went wrong */
export async function slackCall<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw slackFailure(error);
  }
}

/** For Slack's clients, whose log lines would repeat what the Failure says. */
export async function silentLogger(): Promise<Logger> {
  const { LogLevel } = await import('@slack/web-api');
  return { ...SILENT, getLevel: () => LogLevel.ERROR };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} };

type Fetch = NonNullable<WebClientOptions['fetch']>;

/** `fetch` for Slack's clients, on our `http`; what it throws never holds the token. */
export function slackFetch(http: Http, token: string, signal: AbortSignal): Fetch {
  return async (input, init) => {
    const response = await http({
      url: String(input),
      method: 'POST',
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: typeof init?.body === 'string' ? init.body : '',
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const failure = failureOf('Slack', response, [token]);
    if (failure !== undefined) throw failure;
    return new Response(Buffer.from(response.body), { status: 200, headers: response.headers });
  };
}
