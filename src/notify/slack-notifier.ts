import type { WebClient } from '@slack/web-api';
import { messageOf, toFailure } from '../model/failure.ts';
import type { Incident, Notifier, Receipt } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';
import type { RemedyOffer } from '../model/plan.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { reportPart, type NotifyDependencies } from './dependencies.ts';
import { createFill } from './fill-template.ts';
import { withHttpConfig } from './http-config.ts';
import { slackAttachment } from './slack-attachment.ts';
import {
  changeMetadata,
  channelId,
  findMessage,
  incidentMetadata,
  isReplied,
  type SlackMetadata,
  type SlackPlace,
} from './slack-channel.ts';
import { openSlack, slackCall } from './slack-client.ts';
import { isGone } from './slack-errors.ts';
import { slackMessage, type SlackExtras, type SlackMessage } from './slack-message.ts';
import { escapeMrkdwn } from './slack-mrkdwn.ts';
import { hasOwnWords, posterOf, slackWay, type SlackBot, type SlackOptions } from './slack-options.ts';
import { changesSince, isTold, toldBy, type Told } from './slack-thread.ts';
import { createSlackWebhook } from './slack-webhook.ts';

/** How far back the line of a value goes, and its steps, ms: 31 characters, as a phone is wide. */
const HISTORY_MS = 3_600_000;
const HISTORY_STEP_MS = 120_000;
/** How long a message waits for that line, ms. */
const HISTORY_WAIT_MS = 1000;
const MAX_REPLY = 2900;
const MOST_OFFERS = 10;

/** What a Slack receiver works with. */
export type SlackDependencies = Omit<NotifyDependencies, 'paces' | 'write'>;

/** A message with what is known of its thread. */
interface Shown extends Pick<SlackPlace, 'channel' | 'ts'> {
  readonly told: Told;
}

/**
 * One message per incident, edited in place, with a thread of what changed. Metadata hold key and sequence of message
 * and replies, so that after a lost answer or a crash they are found in the channel instead of being posted twice.
 */
export function createSlackNotifier(options: SlackOptions, dependencies: SlackDependencies): Notifier {
  const way = slackWay(options);
  if (way.kind === 'webhook') return createSlackWebhook(way.url, options, dependencies);
  const http = withHttpConfig(dependencies.http, options.http_config);
  const fill = createFill('slack', dependencies);
  let channel: string | undefined;
  return {
    editsInPlace: true,
    showsHealing: true,
    async notify(incident, signal) {
      const api = await openSlack(way, http, signal);
      const extras = await extrasOf(incident, way, dependencies, signal);
      const message = hasOwnWords(options)
        ? slackAttachment(incident, options, fill, extras)
        : slackMessage(incident, extras);
      const sender = {
        api,
        incident,
        message,
        poster: posterOf(incident, options, fill),
        dependencies,
      };
      const known = placeOf(incident.receipt);
      // The message of an incident that is over stays as it is: nobody would see it change.
      if (known?.open === true) {
        const told = isTold(known.told) ? known.told : toldBy(incident);
        const shown = await edit(sender, known, told);
        if (shown !== undefined) return receiptOf(shown, incident);
      }
      channel ??= await channelId(api, way.channel);
      return receiptOf(
        await findOrPost(sender, channel, known?.open === true ? known.ts : undefined),
        incident,
      );
    },
  };
}

interface Sender {
  readonly api: WebClient;
  readonly incident: Incident;
  readonly message: SlackMessage;
  readonly poster: object;
  readonly dependencies: SlackDependencies;
}

/** Finds the incident's message, but for the one that is gone, or posts it. */
async function findOrPost(sender: Sender, channel: string, gone: string | undefined): Promise<Shown> {
  const { api, incident } = sender;
  const found = await findMessage(api, channel, incident, gone);
  const told = found?.told ?? toldBy(incident);
  if (found?.sequence === incident.sequence) return { channel, ts: found.ts, told };
  const edited = found?.open === true ? await edit(sender, found, told) : undefined;
  if (edited !== undefined) return edited;
  const now = toldBy(incident);
  const { ts = '' } = await slackCall(
    api.chat.postMessage({
      ...contentOf(sender, channel, incidentMetadata(incident, now)),
      ...sender.poster,
      unfurl_links: false,
      unfurl_media: false,
    }),
  );
  return { channel, ts, told: now };
}

/** Edits the message, and tells its thread what is new. Undefined when there is nothing left to edit. */
async function edit(sender: Sender, place: SlackPlace, before: Told): Promise<Shown | undefined> {
  const { api, incident } = sender;
  const { channel, ts } = place;
  const { lines, told } = changesSince(before, incident);
  try {
    const content = contentOf(sender, channel, incidentMetadata(incident, told));
    await slackCall(api.chat.update({ ...content, ts }));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  if (lines.length > 0) await reply(sender, place, lines);
  return { channel, ts, told };
}

/** One reply for what is new, once; never to the whole channel. */
async function reply(
  { api, incident, dependencies }: Sender,
  place: SlackPlace,
  lines: readonly string[],
): Promise<void> {
  const { channel, ts } = place;
  try {
    if (await isReplied(api, place, incident)) return;
    await slackCall(
      api.chat.postMessage({
        channel,
        thread_ts: ts,
        text: escapeMrkdwn(lines.join('\n'), MAX_REPLY),
        metadata: changeMetadata(incident),
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
  } catch (error) {
    const failure = toFailure(error);
    if (failure.retryable || failure.reason === 'aborted') throw failure;
    // The message itself says it all: nobody is called because of its thread.
    reportPart(dependencies, 'slack', incident, 'reply in the thread', failure);
  }
}

async function extrasOf(
  incident: Incident,
  { appToken }: SlackBot,
  { offer = () => undefined, clock, history, log }: SlackDependencies,
  signal: AbortSignal,
): Promise<SlackExtras> {
  const buttons = appToken === undefined ? {} : { buttons: { offer: onlyOffer(incident, offer) } };
  const [alert] = incident.alerts;
  const isOne = alert?.expression !== undefined && incident.alerts.length === 1;
  if (!isOne || incident.status === 'resolved' || history === undefined) return buttons;
  const end = clock.now();
  const range = { start: end - HISTORY_MS, end, step: HISTORY_STEP_MS };
  try {
    const values = await withDeadline(clock, HISTORY_WAIT_MS, signal, (until) =>
      history(alert, range, until),
    );
    return { ...buttons, history: { range, values } };
  } catch (error) {
    signal.throwIfAborted();
    log.debug({ incident: incident.key, error: messageOf(error) }, 'a Slack message shows no line of values');
    return buttons;
  }
}

/** What may be run when it is clear for which alert; a crowd has a shared cause. */
function onlyOffer(
  { alerts }: Incident,
  offer: (alertKey: string) => RemedyOffer | undefined,
): RemedyOffer | undefined {
  if (alerts.length > MOST_OFFERS) return undefined;
  const offers = alerts.map(({ key }) => offer(key)).filter((each) => each !== undefined);
  return offers.length === 1 ? offers[0] : undefined;
}

function contentOf(
  { message }: Sender,
  channel: string,
  metadata: SlackMetadata,
): SlackMessage & { channel: string; metadata: SlackMetadata } {
  return { channel, ...message, metadata };
}

function receiptOf({ channel, ts, told }: Shown, { status }: Incident): Receipt {
  return ts === '' ? {} : { ref: { channel, ts, open: status !== 'resolved', told: { ...told } } };
}

function placeOf(receipt: JsonValue | undefined): (SlackPlace & { told: JsonValue | undefined }) | undefined {
  if (typeof receipt !== 'object' || receipt === null || !('channel' in receipt)) return undefined;
  const { channel, ts, open, told } = receipt;
  if (typeof channel !== 'string' || typeof ts !== 'string') return undefined;
  return { channel, ts, open: open !== false, told };
}
