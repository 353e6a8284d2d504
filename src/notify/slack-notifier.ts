import type { WebClient } from '@slack/web-api';
import { Failure } from '../model/failure.ts';
import type { Incident, Notifier, Receipt } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';
import { slackMessage } from './slack-blocks.ts';
import { GONE, slackCode, slackFailure } from './slack-errors.ts';

const TIMEOUT_MS = 4000;
const LOOK_BACK_MS = 60_000;
const HISTORY_PAGE = 200;
const HISTORY_PAGES = 5;
const EVENT_TYPE = 'octowatch_incident';

export interface SlackOptions {
  /** The channel's id; a name works for posting only. */
  readonly channel: string;
  readonly bot_token: string;
  /** The Web API's base; Slack's own unless a test or a proxy says otherwise. */
  readonly api_url?: string | undefined;
}

interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** One message for each incident, edited as it goes on (docs.slack.dev: chat.postMessage, chat.update). */
export function createSlackNotifier(options: SlackOptions): Notifier {
  let client: Promise<WebClient> | undefined;

  async function notify(incident: Incident, signal: AbortSignal): Promise<Receipt> {
    client ??= connect(options);
    const slack = await client;
    try {
      return await withSignal(deliver(slack, incident), signal);
    } catch (error) {
      throw slackFailure(error);
    }
  }

  /** Without a receipt an earlier answer may have been lost, so the incident's message is looked for first. */
  async function deliver(slack: WebClient, incident: Incident): Promise<Receipt> {
    const known = placeOf(incident.receipt);
    const found = known === undefined ? await find(slack, incident) : undefined;
    if (found !== undefined && found.sequence === incident.sequence) return { ref: { ...found.place } };
    const place = known ?? found?.place;
    if (place === undefined || !(await edit(slack, place, incident)))
      return { ref: { ...(await post(slack, incident)) } };
    return { ref: { ...place } };
  }

  async function post(slack: WebClient, incident: Incident): Promise<Place> {
    const { channel, ts } = await slack.chat.postMessage({
      channel: options.channel,
      ...contentOf(incident),
    });
    if (channel === undefined || ts === undefined)
      throw new Failure('malformed', 'Slack took a message and did not say where');
    return { channel, ts };
  }

  /** False when the message is gone. */
  async function edit(slack: WebClient, place: Place, incident: Incident): Promise<boolean> {
    try {
      await slack.chat.update({ ...place, ...contentOf(incident) });
      return true;
    } catch (error) {
      if (GONE.has(slackCode(error) ?? '')) return false;
      throw error;
    }
  }

  async function find(
    slack: WebClient,
    incident: Incident,
  ): Promise<{ place: Place; sequence: unknown } | undefined> {
    const oldest = String((incident.startsAt - LOOK_BACK_MS) / 1000);
    let cursor: string | undefined;
    for (let page = 0; page < HISTORY_PAGES; page++) {
      const query = { channel: options.channel, oldest, limit: HISTORY_PAGE, include_all_metadata: true };
      const answer = await slack.conversations.history(cursor === undefined ? query : { ...query, cursor });
      for (const { ts, metadata } of answer.messages ?? []) {
        const payload: Record<string, unknown> = metadata?.event_payload ?? {};
        if (metadata?.event_type !== EVENT_TYPE || payload['key'] !== incident.key || ts === undefined)
          continue;
        return { place: { channel: options.channel, ts }, sequence: payload['sequence'] };
      }
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') return undefined;
    }
    return undefined;
  }

  return { showsHealing: true, notify };
}

async function connect({ bot_token: token, api_url: slackApiUrl }: SlackOptions): Promise<WebClient> {
  const { LogLevel, WebClient: Client } = await import('@slack/web-api');
  return new Client(token, {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl: `${slackApiUrl.replace(/\/+$/, '')}/` }),
    // The dispatcher retries: it knows the order of messages and what is newer.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    logLevel: LogLevel.ERROR,
  });
}

function contentOf(incident: Incident): {
  text: string;
  attachments: object[];
  metadata: { event_type: string; event_payload: { key: string; sequence: string } };
} {
  const { text, color, blocks } = slackMessage(incident);
  return {
    text,
    attachments: [{ color, blocks, fallback: text }],
    metadata: { event_type: EVENT_TYPE, event_payload: { key: incident.key, sequence: incident.sequence } },
  };
}

function placeOf(receipt: JsonValue | undefined): Place | undefined {
  if (typeof receipt !== 'object' || receipt === null || !('channel' in receipt) || !('ts' in receipt))
    return undefined;
  const { channel, ts } = receipt;
  return typeof channel === 'string' && typeof ts === 'string' ? { channel, ts } : undefined;
}

/** The client takes no signal, so waiting for it ends when the signal says so. */
function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Failure('timeout', 'Slack did not answer in time'));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
