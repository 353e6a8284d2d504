import type { WebClient } from '@slack/web-api';
import type { Message, MessageBlock, Messenger } from '../model/messenger.ts';
import type { Http } from '../model/ports.ts';
import { withHttpConfig } from './http-config.ts';
import { channelId, payloadOf, searchPages, type SlackMetadata } from './slack-channel.ts';
import { openSlack, slackCall } from './slack-client.ts';
import { slackWay, type SlackOptions } from './slack-options.ts';
import { slackWebhookPost } from './slack-webhook.ts';

const EVENT_TYPE = 'octowatch_message';
const CLOCK_SKEW_MS = 60_000;
const HISTORY_PAGE = 200;

/**
 * Posts messages that are no incidents. A bot looks for the message before it posts it, so that an attempt whose answer
 * was lost shows once; an incoming webhook cannot look.
 */
export function createSlackMessenger(options: SlackOptions, { http: plainHttp }: { http: Http }): Messenger {
  const way = slackWay(options);
  if (way.kind === 'webhook') {
    const post = slackWebhookPost(way.url, options, plainHttp);
    return { kind: 'slack', send: (message, signal) => post(bodyOf(message), signal) };
  }
  const http = withHttpConfig(plainHttp, options.http_config);
  return {
    kind: 'slack',
    async send(message, signal) {
      const api = await openSlack(way, http, signal);
      const channel = await channelId(api, way.channel);
      if (await isPosted(api, channel, message)) return;
      const unfurl = { unfurl_links: false, unfurl_media: false };
      await slackCall(
        api.chat.postMessage({ channel, ...bodyOf(message), ...unfurl, metadata: metadataOf(message) }),
      );
    },
  };
}

/** The text is what a phone shows of it. */
function bodyOf({ subject, blocks }: Message): { text: string; blocks: MessageBlock[] } {
  return { text: subject, blocks: [...blocks] };
}

/** By which the message is found again. */
function metadataOf({ id }: Message): SlackMetadata {
  return { event_type: EVENT_TYPE, event_payload: { id } };
}

/** Whether it has been posted since it was due. */
async function isPosted(api: WebClient, channel: string, { id, since }: Message): Promise<boolean> {
  const oldest = ((since - CLOCK_SKEW_MS) / 1000).toFixed(6);
  const request = { channel, oldest, include_all_metadata: true, limit: HISTORY_PAGE };
  const found = await searchPages(
    (cursor) => slackCall(api.conversations.history({ ...request, ...cursor })),
    ({ metadata }) => (payloadOf(metadata, EVENT_TYPE)['id'] === id ? true : undefined),
  );
  return found === true;
}
