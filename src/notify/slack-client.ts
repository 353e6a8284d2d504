import type { WebClient, WebClientOptions } from '@slack/web-api';
import type { Http } from '../model/ports.ts';
import { failureOf } from './http-answer.ts';
import { slackFailure } from './slack-errors.ts';

const TIMEOUT_MS = 8000;

export interface SlackOptions {
  /** Id (`C0123ABCD`) or name (`#on-call`) of the channel. */
  readonly channel: string;
  readonly bot_token: string;
  /** Web API base; Slack's own unless a test or a proxy says otherwise. */
  readonly api_url?: string | undefined;
}

/** Slack's own client on our `http`: no retries of its own, no log, and every call ends with `signal`. */
export async function openSlack(options: SlackOptions, http: Http, signal: AbortSignal): Promise<WebClient> {
  const { WebClient: Client, LogLevel } = await import('@slack/web-api');
  return new Client(options.bot_token, {
    ...(options.api_url === undefined ? {} : { slackApiUrl: options.api_url }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // Its log lines would repeat what the Failure says.
    logger: { ...SILENT, getLevel: () => LogLevel.ERROR },
    fetch: fetchThrough(http, options.bot_token, signal),
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

const SILENT = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} };

type Fetch = NonNullable<WebClientOptions['fetch']>;

function fetchThrough(http: Http, token: string, signal: AbortSignal): Fetch {
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
