import type { KnownBlock, MessageAttachment } from '@slack/web-api';
import { humanDuration } from '../model/duration.ts';
import type { Incident } from '../model/incident.ts';
import type { RemedyOffer } from '../model/plan.ts';
import { slackButtons } from './slack-buttons.ts';
import { slackLines } from './slack-lines.ts';
import { escapeMrkdwn, mrkdwnClock, mrkdwnLink, mrkdwnTime } from './slack-mrkdwn.ts';
import { shortNumber, sparklineOf, type HistoryRange } from './sparkline.ts';

const MAX_LINE = 1000;
/** Four of them are within a context's text. */
const MAX_LINK = 300;
const SEPARATOR = ' · ';

/** What `chat.postMessage` and `chat.update` take of a message, but for its address. */
export interface SlackMessage {
  /** For notifications and screen readers: the page line. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly attachments: MessageAttachment[];
}

/** What a message shows besides the incident. */
export interface SlackExtras {
  /** The value of its alert at the steps of a range. */
  readonly history?: { readonly range: HistoryRange; readonly values: readonly (number | undefined)[] };
  /** Left out where presses are not heard: then links are text. */
  readonly buttons?: { readonly offer: RemedyOffer | undefined };
}

/** How a state looks. */
export interface StateLook {
  readonly emoji: string;
  /** The state in the headline, empty when the line says it all. */
  readonly prefix: string;
  readonly colour: string;
}

/** An incident as people read it: the line, what to do first, what was tried, since when. State is in words first. */
export function slackMessage(incident: Incident, extras: SlackExtras = {}): SlackMessage {
  const { emoji, prefix, colour } = slackLook(incident);
  const line = escapeMrkdwn(`${prefix}${incident.summary}`, MAX_LINE);
  const row = buttonRow(incident, extras);
  const value = incident.status === 'resolved' ? undefined : valueLine(incident, extras.history);
  const lines = [...slackLines(incident), ...(value === undefined ? [] : [value])];
  return {
    text: line,
    blocks: [section(`${emoji} *${line}*`)],
    attachments: [
      {
        color: colour,
        blocks: [...lines.map(section), ...row, context(contextOf(incident, row.length === 0))],
      },
    ],
  };
}

/** The buttons alone, for a message in other words; nothing where presses are not heard. */
export function slackButtonRow(incident: Incident, extras: SlackExtras): MessageAttachment[] {
  const row = buttonRow(incident, extras);
  if (row.length === 0) return [];
  return [{ color: slackLook(incident).colour, blocks: [...row, context(contextOf(incident, false))] }];
}

function buttonRow(incident: Incident, { buttons }: SlackExtras): KnownBlock[] {
  if (buttons === undefined || incident.status === 'resolved') return [];
  return [slackButtons(incident, buttons.offer)];
}

/** How the state of an incident looks. */
export function slackLook({ status, severity }: Incident): StateLook {
  switch (status) {
    case 'resolved':
      return { emoji: ':white_check_mark:', prefix: 'Resolved: ', colour: '#3f7f6b' };
    case 'healing':
      return { emoji: ':arrows_counterclockwise:', prefix: 'Healing: ', colour: '#2161c8' };
    case 'firing':
      return severity === 'page'
        ? { emoji: ':x:', prefix: '', colour: '#c4261a' }
        : { emoji: ':warning:', prefix: '', colour: '#c57f00' };
  }
}

/** The value against its threshold, and how it came there, with the scale of the line. */
function valueLine({ details: { value } }: Incident, history: SlackExtras['history']): string | undefined {
  const line = history === undefined ? undefined : sparklineOf(history.values);
  const words = value === undefined ? [] : [`*Value:* ${escapeMrkdwn(value, 200)}`];
  if (history === undefined || line === undefined) return words[0];
  const { start, end } = history.range;
  const scale = `min ${shortNumber(line.min)}, max ${shortNumber(line.max)}, now ${shortNumber(line.last)}`;
  return [...words, `${mrkdwnClock(start)} \`${line.bars}\` ${mrkdwnClock(end)}: ${scale}`].join('\n');
}

function contextOf(incident: Incident, isText: boolean): string {
  const { startsAt, acknowledged, status, severity } = incident;
  const open = severity === 'page' && status === 'firing' ? ['not acknowledged'] : [];
  return [
    stateOf(incident),
    `since ${mrkdwnTime(startsAt)}`,
    ...(acknowledged === undefined
      ? open
      : [`acknowledged by ${escapeMrkdwn(acknowledged.by.name, 200)} ${mrkdwnTime(acknowledged.at)}`]),
    ...linksOf(incident, isText),
  ].join(SEPARATOR);
}

/** Where to go besides the first thing to do; an address that is too long to be one is left out. @param isText instead of buttons */
function linksOf({ details: { links }, status }: Incident, isText: boolean): string[] {
  const wanted: readonly (readonly [string, string | undefined])[] = [
    ['Open incident', isText ? links.incident : undefined],
    ['Tenant', links.tenant],
    ['Graph', links.graph],
    ['Silence', isText && status !== 'resolved' ? links.silence : undefined],
  ];
  return wanted.flatMap(([label, address]) =>
    address === undefined || address.length > MAX_LINK ? [] : [mrkdwnLink(address, label)],
  );
}

function stateOf({ status, severity, startsAt, endsAt }: Incident): string {
  const word = severity.charAt(0).toUpperCase() + severity.slice(1);
  if (status === 'resolved')
    return `${word}, resolved after ${humanDuration(Math.max(0, (endsAt ?? startsAt) - startsAt))}`;
  return status === 'healing' && severity === 'page' ? `${word}, held while it heals` : `${word}, open`;
}

// Verbatim: a channel name, an address or an @name inside a label must not become a link.
function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

function context(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}
