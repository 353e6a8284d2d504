import { ANNOTATIONS } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import type { Incident } from '../model/incident.ts';

/** Slack's limit of a section's text is 3,000 characters; a message is to be read in seconds. */
const MAX_SECTION = 2900;
const MAX_HEALS = 5;
const MAX_ALERTS = 10;

/** A message as chat.postMessage and chat.update take it. */
export interface SlackMessage {
  /** What notifications and screen readers say. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** The bar at the side; the word beside it says the same. */
  readonly color: string;
}

export type SlackBlock =
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | {
      readonly type: 'context';
      readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
    };

interface Look {
  readonly word: string;
  readonly sign: string;
  readonly color: string;
}

const LOOKS = {
  page: { word: 'Page', sign: ':red_circle:', color: '#c4261a' },
  ticket: { word: 'Ticket', sign: ':large_orange_diamond:', color: '#c57f00' },
  healing: { word: 'Healing', sign: ':large_blue_circle:', color: '#2161c8' },
  resolved: { word: 'Resolved', sign: ':white_check_mark:', color: '#3f7f6b' },
} as const satisfies Record<string, Look>;

/** The message of an incident: the page line, what is done about it, what to do, where to look. */
export function slackMessage(incident: Incident): SlackMessage {
  const { word, sign, color } = lookOf(incident);
  const summary = escapeMrkdwn(incident.summary);
  return {
    text: `${word}: ${summary}`,
    color,
    blocks: [
      section(`${sign} *${word}:* ${summary}`),
      ...healBlocks(incident),
      ...alertBlocks(incident),
      context(footer(incident)),
    ],
  };
}

/** Text that Slack shows as it is (docs.slack.dev, "Escaping text"). */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function lookOf({ status, severity }: Incident): Look {
  if (status === 'resolved') return LOOKS.resolved;
  if (status === 'healing') return LOOKS.healing;
  return severity === 'page' ? LOOKS.page : LOOKS.ticket;
}

function healBlocks({ heals }: Incident): SlackBlock[] {
  return heals.length === 0
    ? []
    : [
        section(
          heals
            .slice(-MAX_HEALS)
            .map((heal) => `• ${escapeMrkdwn(heal)}`)
            .join('\n'),
        ),
      ];
}

function alertBlocks(incident: Incident): SlackBlock[] {
  const { alerts, commonAnnotations, status } = incident;
  const lines =
    alerts.length > 1
      ? alerts
          .slice(0, MAX_ALERTS)
          .map((alert) => `• ${escapeMrkdwn(alert.annotations[ANNOTATIONS.summary] ?? '')}`)
      : [];
  if (alerts.length > MAX_ALERTS) lines.push(`• and ${alerts.length - MAX_ALERTS} more`);
  const action = commonAnnotations[ANNOTATIONS.action];
  if (action !== undefined && status !== 'resolved') lines.push(`*Do first:* ${escapeMrkdwn(action)}`);
  return lines.length === 0 ? [] : [section(lines.join('\n'))];
}

function footer(incident: Incident): string {
  const { startsAt, endsAt, commonAnnotations, externalUrl } = incident;
  const since = `since ${slackTime(startsAt)}${endsAt === undefined ? '' : `, for ${humanDuration(endsAt - startsAt)}`}`;
  const runbook = commonAnnotations[ANNOTATIONS.runbook];
  const links = [
    ...(runbook === undefined ? [] : [link(runbook, 'Runbook')]),
    link(externalUrl, 'octowatch'),
  ];
  return [since, ...links].join(' · ');
}

/** A time that Slack shows in the reader's own zone. */
function slackTime(ms: number): string {
  return `<!date^${Math.floor(ms / 1000)}^{time_secs}|${new Date(ms).toISOString()}>`;
}

function link(url: string, text: string): string {
  return `<${escapeMrkdwn(url).replaceAll('|', '%7C')}|${text}>`;
}

function section(text: string): SlackBlock {
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: text.length > MAX_SECTION ? `${text.slice(0, MAX_SECTION)}…` : text },
  };
}

function context(text: string): SlackBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}
