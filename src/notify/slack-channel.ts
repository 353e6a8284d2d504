import type { WebClient } from '@slack/web-api';
import { Failure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import { slackCall } from './slack-client.ts';

const EVENT_TYPE = 'octowatch_incident';
const CLOCK_SKEW_MS = 60_000;
const HISTORY_PAGE = 200;
const HISTORY_PAGES = 5;
const LIST_PAGE = 1000;
const LIST_PAGES = 10;

/** Where a message is, and whether the incident it shows is still open. */
export interface SlackPlace {
  readonly channel: string;
  readonly ts: string;
  readonly open: boolean;
}

/** A message of ours that was found by its metadata. */
export interface FoundMessage extends SlackPlace {
  readonly sequence: string;
}

/** The metadata by which a message is found again. */
export function slackMetadata({ key, sequence, status }: Incident): {
  event_type: string;
  event_payload: { key: string; sequence: string; open: boolean };
} {
  return { event_type: EVENT_TYPE, event_payload: { key, sequence, open: status !== 'resolved' } };
}

/** The id of a channel given by id or name. @throws Failure `not_found` */
export async function channelId(api: WebClient, channel: string): Promise<string> {
  if (/^[CGD][A-Z0-9]+$/.test(channel)) return channel;
  const name = channel.replace(/^#/, '');
  let cursor = '';
  for (let page = 0; page < LIST_PAGES; page++) {
    const answer = await slackCall(
      api.conversations.list({
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: LIST_PAGE,
        ...(cursor === '' ? {} : { cursor }),
      }),
    );
    const id = answer.channels?.find((candidate) => candidate.name === name)?.id;
    if (id !== undefined) return id;
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  throw new Failure(
    'not_found',
    `Slack has no channel ${channel} that the app can see: invite it, or give the channel's id (C…)`,
  );
}

/** The newest message of the incident since it began, whatever became of the answer to it; `gone` is left out. */
export async function findMessage(
  api: WebClient,
  channel: string,
  { key, startsAt }: Incident,
  gone: string | undefined,
): Promise<FoundMessage | undefined> {
  let cursor = '';
  for (let page = 0; page < HISTORY_PAGES; page++) {
    const answer = await slackCall(
      api.conversations.history({
        channel,
        oldest: ((startsAt - CLOCK_SKEW_MS) / 1000).toFixed(6),
        include_all_metadata: true,
        limit: HISTORY_PAGE,
        ...(cursor === '' ? {} : { cursor }),
      }),
    );
    for (const { ts, metadata } of answer.messages ?? []) {
      const payload = payloadOf(metadata);
      if (ts === undefined || ts === gone || payload['key'] !== key) continue;
      return { channel, ts, sequence: String(payload['sequence']), open: payload['open'] !== false };
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return undefined;
}

function payloadOf(
  metadata: { event_type?: string; event_payload?: object } | undefined,
): Readonly<Record<string, unknown>> {
  if (metadata?.event_type !== EVENT_TYPE || metadata.event_payload === undefined) return {};
  return Object.fromEntries(Object.entries(metadata.event_payload));
}
