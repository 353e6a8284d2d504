import type { WebClient } from '@slack/web-api';
import type { Incident, Notifier, Receipt } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';
import type { Http } from '../model/ports.ts';
import { channelId, findMessage, slackMetadata, type SlackPlace } from './slack-channel.ts';
import { openSlack, slackCall, type SlackOptions } from './slack-client.ts';
import { isGone } from './slack-errors.ts';
import { slackMessage, type SlackMessage } from './slack-message.ts';

export type { SlackOptions } from './slack-client.ts';

/**
 * One message per incident, edited in place. Its metadata hold key and sequence, so that after a lost answer or a
 * crash it is found in the channel's history instead of being posted twice.
 */
export function createSlackNotifier(options: SlackOptions, { http }: { http: Http }): Notifier {
  let channel: string | undefined;
  return {
    showsHealing: true,
    async notify(incident, signal) {
      const api = await openSlack(options, http, signal);
      const known = placeOf(incident.receipt);
      // The message of an incident that is over stays as it is: nobody would see it change.
      if (known?.open === true && (await update(api, known, incident))) return receiptOf(known, incident);
      channel ??= await channelId(api, options.channel);
      return findOrPost(api, channel, incident, known?.open === true ? known.ts : undefined);
    },
  };
}

/** Finds the incident's message, but for the one that is gone, or posts it. */
async function findOrPost(
  api: WebClient,
  channel: string,
  incident: Incident,
  gone: string | undefined,
): Promise<Receipt> {
  const found = await findMessage(api, channel, incident, gone);
  if (found?.sequence === incident.sequence) return receiptOf(found, incident);
  if (found?.open === true && (await update(api, found, incident))) return receiptOf(found, incident);
  const { ts } = await slackCall(
    api.chat.postMessage({
      ...messageOf(channel, incident),
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
  return ts === undefined ? {} : receiptOf({ channel, ts }, incident);
}

/** False when there is nothing left to edit. */
async function update(api: WebClient, { channel, ts }: SlackPlace, incident: Incident): Promise<boolean> {
  try {
    await slackCall(api.chat.update({ ...messageOf(channel, incident), ts }));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function messageOf(
  channel: string,
  incident: Incident,
): SlackMessage & { channel: string; metadata: ReturnType<typeof slackMetadata> } {
  return { channel, ...slackMessage(incident), metadata: slackMetadata(incident) };
}

function receiptOf({ channel, ts }: Pick<SlackPlace, 'channel' | 'ts'>, { status }: Incident): Receipt {
  return { ref: { channel, ts, open: status !== 'resolved' } };
}

function placeOf(receipt: JsonValue | undefined): SlackPlace | undefined {
  if (typeof receipt !== 'object' || receipt === null || !('channel' in receipt)) return undefined;
  const { channel, ts, open } = receipt;
  if (typeof channel !== 'string' || typeof ts !== 'string') return undefined;
  return { channel, ts, open: open !== false };
}
