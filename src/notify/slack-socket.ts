import type { SocketModeClient } from '@slack/socket-mode';
import { Failure, messageOf, toFailure } from '../model/failure.ts';
import type { Clock, Http, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { silentLogger, slackFetch } from './slack-client.ts';
import { slackFailure } from './slack-errors.ts';

/** How long a connection may take until Slack says hello, ms. */
const CONNECT_MS = 15_000;
const CLOSE_MS = 2500;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** A connection that lived so long was a good one. */
const LONG_LIFE_MS = 10_000;
/** After an error that passes only when somebody changes something, ms. */
const REFUSED_WAIT_MS = 300_000;
/** How many envelopes are known again when they are delivered once more. */
const REMEMBERED = 1000;

/** One app's connection to Slack by Socket Mode. */
export interface SlackSocketOptions {
  readonly appToken: string;
  /** Web API base; Slack's own unless a test or a proxy says otherwise. */
  readonly apiUrl: string | undefined;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Told of each interaction once, after it was acknowledged; must not throw. */
  readonly onInteraction: (payload: unknown) => void;
}

/**
 * Hears interactions until the signal, over one connection at a time that is made anew when it ends. An envelope is
 * acknowledged before anything is done: Slack wants that within 3 s (docs.slack.dev, Using Socket Mode).
 */
export async function runSlackSocket(options: SlackSocketOptions, signal: AbortSignal): Promise<void> {
  const { clock, random } = options;
  const heard = new Set<string>();
  let waitMs = 0;
  while (!signal.aborted) {
    const since = clock.now();
    try {
      await connection(options, heard, signal);
      // Slack asks for a new one now and then: nobody's press shall fall between.
      waitMs = clock.now() - since > LONG_LIFE_MS ? 0 : longer(waitMs);
    } catch (error) {
      if (signal.aborted) break;
      waitMs = waitAfter(options, toFailure(error), waitMs);
    }
    if (waitMs > 0) await clock.sleep(waitMs * (0.5 + random() / 2), signal).catch(() => undefined);
  }
}

function longer(waitMs: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waitMs * 2));
}

function waitAfter({ log, metrics }: SlackSocketOptions, failure: Failure, before: number): number {
  const { reason, message, retryable, retryAfterMs = 0 } = failure;
  metrics.increment('octowatch_slack_connects_total', { outcome: reason });
  log.warn({ error: message }, 'presses of buttons in Slack are not heard');
  return Math.max(retryAfterMs, retryable ? longer(before) : REFUSED_WAIT_MS);
}

/** One connection, from its opening until it ends. @throws Failure when it does not come about */
async function connection(
  options: SlackSocketOptions,
  heard: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, metrics, log } = options;
  const client = await createClient(options, signal);
  const ended = Promise.withResolvers<void>();
  client.on('disconnected', () => ended.resolve());
  client.on('interactive', (envelope: Envelope) => void hear(envelope, heard, options));
  const starting = started(client);
  try {
    await withDeadline(clock, CONNECT_MS, signal, () => starting);
    metrics.increment('octowatch_slack_connects_total', { outcome: 'ok' });
    log.info({}, 'presses of buttons in Slack are heard');
    const stop = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([ended.promise, stop]);
  } finally {
    await closed(client, starting, options);
  }
}

async function started(client: SocketModeClient): Promise<void> {
  try {
    await client.start();
  } catch (error) {
    if (error === undefined) throw new Failure('network', 'Slack ended the connection before it said hello');
    throw slackFailure(error);
  }
}

/** Without waiting for an end that does not come; one that is just being made would leave a timer of 30 s behind. */
async function closed(
  client: SocketModeClient,
  starting: Promise<void>,
  { clock }: SlackSocketOptions,
): Promise<void> {
  const never = new AbortController().signal;
  const begun = starting.catch(() => undefined);
  await withDeadline(clock, CLOSE_MS, never, () => begun).catch(() => undefined);
  await withDeadline(clock, CLOSE_MS, never, () => client.disconnect()).catch(() => undefined);
}

/** As the client hands it on. */
interface Envelope {
  readonly ack: () => Promise<void>;
  readonly envelope_id: string;
  readonly body: unknown;
}

async function hear(
  { ack, envelope_id: id, body }: Envelope,
  heard: Set<string>,
  { onInteraction, log }: SlackSocketOptions,
): Promise<void> {
  try {
    await ack();
  } catch (error) {
    // Slack tells the person, who presses again, or delivers it once more.
    return log.warn({ error: messageOf(error) }, 'a press in Slack could not be acknowledged and is left');
  }
  if (heard.has(id)) return;
  heard.add(id);
  for (const oldest of heard.size > REMEMBERED ? heard : []) {
    heard.delete(oldest);
    break;
  }
  onInteraction(body);
}

/** Slack's own client, for one connection: reconnects are ours, as its own end the process when one fails. */
async function createClient(
  { appToken, apiUrl, http, log }: SlackSocketOptions,
  signal: AbortSignal,
): Promise<SocketModeClient> {
  const { SocketModeClient: Client } = await import('@slack/socket-mode');
  const client = new Client({
    appToken,
    autoReconnectEnabled: false,
    logger: await silentLogger(),
    clientOptions: {
      ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      fetch: slackFetch(http, appToken, signal),
    },
  });
  guardFrames(client, log);
  return client;
}

/** The client's own reader of frames throws into nowhere about an odd one, which would end the process. */
function guardFrames(client: SocketModeClient, log: Log): void {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (...frame: unknown[]) => {
    for (const read of readers)
      Promise.resolve(Reflect.apply(read, client, frame)).catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'an odd frame of Slack is passed over'),
      );
  });
}
