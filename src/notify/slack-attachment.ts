import type { MessageAttachment } from '@slack/web-api';
import type { Incident } from '../model/incident.ts';
import type { Fill } from './fill-template.ts';
import { slackButtonRow, slackLook, type SlackExtras, type SlackMessage } from './slack-message.ts';
import { cutMrkdwn, escapeMrkdwn } from './slack-mrkdwn.ts';
import type { SlackAction, SlackField, SlackLook } from './slack-options.ts';

/** Slack's limit on a title, which Alertmanager keeps too (notify/slack/slack.go). */
const MAX_TITLE = 1024;
/** What the types of Slack's client know of it; Alertmanager's default has `fallback` too, to which it does nothing. */
const MRKDWN_IN = ['pretext', 'text', 'fields'] as const;
const DEFAULT_IN: readonly string[] = ['pretext', 'text'];

/**
 * The message in the receiver's own words: Alertmanager's attachment (docs/configuration.md, `<slack_config>`), filled
 * with the incident, and our buttons below where presses are heard. In what Slack reads as markup, values are escaped.
 */
export function slackAttachment(
  incident: Incident,
  look: SlackLook,
  fill: Fill,
  extras: SlackExtras = {},
): SlackMessage {
  const { prefix, colour } = slackLook(incident);
  const line = `${prefix}${incident.summary}`;
  const text = (name: keyof SlackLook, own = ''): string => {
    const template = look[name];
    return fill(incident, { name, template: typeof template === 'string' ? template : undefined, own });
  };
  const filled = (name: string, template: string): string => fill(incident, { name, template, own: '' });
  const marked = (name: string, template: string | undefined, own = ''): string =>
    fill(incident, { name, template, own }, 'mrkdwn');
  const attachment: MessageAttachment = {
    ...given({
      title: cutMrkdwn(marked('title', look.title, escapeMrkdwn(line, MAX_TITLE)), MAX_TITLE),
      title_link: text('title_link', incident.details.links.incident),
      pretext: marked('pretext', look.pretext),
      text: marked('text', look.text),
      callback_id: text('callback_id'),
      image_url: text('image_url'),
      thumb_url: text('thumb_url'),
      footer: marked('footer', look.footer),
    }),
    fallback: text('fallback', line),
    color: text('color', colour),
    mrkdwn_in: MRKDWN_IN.filter((part) => (look.mrkdwn_in ?? DEFAULT_IN).includes(part)),
    fields: (look.fields ?? []).map((field) => fieldOf(field, look, marked)),
    ...actionsOf(look.actions ?? [], filled),
  };
  return {
    text: marked('message_text', look.message_text),
    blocks: [],
    attachments: [attachment, ...brokenNote(incident, fill), ...slackButtonRow(incident, extras)],
  };
}

/** Says of templates that could not be filled why the words are not those of the receiver. */
function brokenNote(incident: Incident, fill: Fill): MessageAttachment[] {
  const noted = fill.noted(incident);
  return noted === incident ? [] : [{ text: noted.details.notes.at(-1) ?? '', mrkdwn_in: [] }];
}

function fieldOf(
  { title, value, short }: SlackField,
  { short_fields: isShort = false }: SlackLook,
  filled: (name: string, template: string) => string,
): { title: string; value: string; short: boolean } {
  return { title: filled('title', title), value: filled('value', value), short: short ?? isShort };
}

function actionsOf(
  actions: readonly SlackAction[],
  filled: (name: string, template: string) => string,
): Pick<MessageAttachment, 'actions'> | object {
  if (actions.length === 0) return {};
  return {
    actions: actions.map(({ text, url, style }) => ({
      type: 'button',
      text: filled('text', text),
      url: filled('url', url),
      ...(style === undefined ? {} : { style: filled('style', style) }),
    })),
  };
}

/** Without what is empty: Slack refuses some empty texts. */
function given(texts: Readonly<Record<string, string>>): Partial<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
}
