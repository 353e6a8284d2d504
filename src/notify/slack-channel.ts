import type { WebClient } from '@slack/web-api';
import { Failure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';
import { slackCall } from './slack-client.ts';
import { isTold, type Told } from './slack-thread.ts';

const INCIDENT = 'octowatch_incident';
const CHANGE = 'octowatch_change';
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
  readonly told: Told | undefined;
}

/** The metadata by which a message or a reply is found again; anybody in the workspace may read them. */
export interface SlackMetadata {
  readonly event_type: string;
  readonly event_payload: Record<string, string | boolean>;
}

/** Of the incident's own message. */
export function incidentMetadata({ key, sequence, status }: Incident, told: Told): SlackMetadata {
  const open = status !== 'resolved';
  // As text: a payload holds no lists of texts.
  return { event_type: INCIDENT, event_payload: { key, sequence, open, told: JSON.stringify(told) } };
}

/** Of a reply in its thread. */
export function changeMetadata({ key, sequence }: Incident): SlackMetadata {
  return { event_type: CHANGE, event_payload: { key, sequence } };
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
  const oldest = ((startsAt - CLOCK_SKEW_MS) / 1000).toFixed(6);
  return searchPages(
    (cursor) =>
      slackCall(
        api.conversations.history({
          channel,
          oldest,
          include_all_metadata: true,
          limit: HISTORY_PAGE,
          ...cursor,
        }),
      ),
    ({ ts, metadata }) => {
      const payload = payloadOf(metadata, INCIDENT);
      if (ts === undefined || ts === gone || payload['key'] !== key) return undefined;
      const { sequence, open, told } = payload;
      return { channel, ts, sequence: textOf(sequence), open: open !== false, told: toldOf(told) };
    },
  );
}

/** Whether the thread has the reply that tells of this notification. */
export async function isReplied(
  api: WebClient,
  { channel, ts }: SlackPlace,
  { key, sequence }: Incident,
): Promise<boolean> {
  const found = await searchPages(
    (cursor) =>
      slackCall(
        api.conversations.replies({
          channel,
          ts,
          include_all_metadata: true,
          limit: HISTORY_PAGE,
          ...cursor,
        }),
      ),
    ({ metadata }) => {
      const payload = payloadOf(metadata, CHANGE);
      return payload['key'] === key && payload['sequence'] === sequence ? true : undefined;
    },
  );
  return found === true;
}

export interface PageOfMessages {
  readonly messages?: readonly SomeMessage[];
  readonly response_metadata?: { readonly next_cursor?: string };
}

export interface SomeMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
}

/** The first message of which `look` makes something, in at most so many pages. */
export async function searchPages<Found>(
  read: (cursor: { cursor?: string }) => Promise<PageOfMessages>,
  look: (message: SomeMessage) => Found | undefined,
): Promise<Found | undefined> {
  let cursor = '';
  for (let page = 0; page < HISTORY_PAGES; page++) {
    const answer = await read(cursor === '' ? {} : { cursor });
    for (const message of answer.messages ?? []) {
      const found = look(message);
      if (found !== undefined) return found;
    }
    cursor = answer.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return undefined;
}

export function payloadOf(
  metadata: SomeMessage['metadata'],
  type: string,
): Readonly<Record<string, JsonValue>> {
  if (metadata?.event_type !== type || metadata.event_payload === undefined) return {};
  return Object.fromEntries(Object.entries(metadata.event_payload));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function toldOf(text: JsonValue | undefined): Told | undefined {
  try {
    const value: JsonValue = JSON.parse(textOf(text));
    return isTold(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
