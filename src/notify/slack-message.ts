import type { KnownBlock, MessageAttachment } from '@slack/web-api';
import { ANNOTATIONS } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import type { Incident } from '../model/incident.ts';
import { escapeMrkdwn, mrkdwnLink, mrkdwnTime } from './slack-mrkdwn.ts';

const MAX_LINE = 1000;
const SHOWN_ALERTS = 10;
const SHOWN_HEALS = 5;
const SEPARATOR = ' · ';

/** What `chat.postMessage` and `chat.update` take of a message, but for its address. */
export interface SlackMessage {
  /** For notifications and screen readers: the page line. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly attachments: MessageAttachment[];
}

interface Look {
  readonly emoji: string;
  /** The state in the headline, empty when the line says it all. */
  readonly prefix: string;
  readonly colour: string;
}

/** An incident as people read it: the line, what to do first, what was tried, since when. State is in words first. */
export function slackMessage(incident: Incident): SlackMessage {
  const { emoji, prefix, colour } = lookOf(incident);
  const line = escapeMrkdwn(`${prefix}${incident.summary}`, MAX_LINE);
  return {
    text: line,
    blocks: [section(`${emoji} *${line}*`)],
    attachments: [
      { color: colour, blocks: [...linesOf(incident).map(section), context(contextOf(incident))] },
    ],
  };
}

function lookOf({ status, severity }: Incident): Look {
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

function linesOf(incident: Incident): string[] {
  const lines = [healingLine(incident), firstStep(incident), triedLine(incident), alertLines(incident)];
  return lines.filter((line) => line !== undefined);
}

function firstStep({ status, commonAnnotations }: Incident): string | undefined {
  const action = commonAnnotations[ANNOTATIONS.action] ?? '';
  const link = commonAnnotations[ANNOTATIONS.link] ?? '';
  const runbook = commonAnnotations[ANNOTATIONS.runbook] ?? '';
  if (status === 'resolved' || action + link + runbook === '') return undefined;
  const parts = [
    ...(action === '' ? [] : [escapeMrkdwn(action, MAX_LINE)]),
    ...(link === '' ? [] : [mrkdwnLink(link, 'Open')]),
    ...(runbook === '' ? [] : [mrkdwnLink(runbook, 'Runbook')]),
  ];
  return `*${status === 'healing' ? 'If it does not help' : 'Do first'}:* ${parts.join(' ')}`;
}

function healingLine({ status, heals }: Incident): string | undefined {
  const current = heals.at(-1);
  if (status !== 'healing' || current === undefined) return undefined;
  return `*Healing:* ${escapeMrkdwn(current, MAX_LINE)}`;
}

function triedLine({ status, heals }: Incident): string | undefined {
  const tried = status === 'healing' ? heals.slice(0, -1) : heals;
  if (tried.length === 0) return undefined;
  const left = tried.length - SHOWN_HEALS;
  const shown = tried.slice(-SHOWN_HEALS).map((heal) => escapeMrkdwn(heal, 400));
  return `*Tried:* ${[...(left > 0 ? [`${left} more before`] : []), ...shown].join('; ')}`;
}

function alertLines({ alerts }: Incident): string | undefined {
  if (alerts.length < 2) return undefined;
  const shown = alerts
    .slice(0, SHOWN_ALERTS)
    .map(({ annotations, labels }) => annotations[ANNOTATIONS.summary] ?? labels['alertname'] ?? 'alert')
    .map((text) => `• ${escapeMrkdwn(text, 200)}`);
  const left = alerts.length - SHOWN_ALERTS;
  return [`*${alerts.length} alerts:*`, ...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('\n');
}

function contextOf({ status, severity, startsAt, endsAt, externalUrl }: Incident): string {
  const word = severity.charAt(0).toUpperCase() + severity.slice(1);
  const open = status === 'healing' && severity === 'page' ? `${word}, held while it heals` : `${word}, open`;
  const state =
    status === 'resolved'
      ? `${word}, resolved after ${humanDuration(Math.max(0, (endsAt ?? startsAt) - startsAt))}`
      : open;
  return [state, `since ${mrkdwnTime(startsAt)}`, mrkdwnLink(externalUrl, 'Open octowatch')].join(SEPARATOR);
}

// Verbatim: a channel name, an address or an @name inside a label must not become a link.
function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

function context(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}
