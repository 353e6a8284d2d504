import { Failure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import type { Fill } from './fill-template.ts';
import type { HttpConfig } from './http-config.ts';

/** How a message looks, in Alertmanager's words (`slack_config`): all but `mrkdwn_in` and the flags are templates. */
export interface SlackLook {
  readonly username?: string | undefined;
  readonly icon_emoji?: string | undefined;
  readonly icon_url?: string | undefined;
  readonly link_names?: boolean | undefined;
  readonly message_text?: string | undefined;
  readonly title?: string | undefined;
  readonly title_link?: string | undefined;
  readonly pretext?: string | undefined;
  readonly text?: string | undefined;
  readonly fallback?: string | undefined;
  readonly color?: string | undefined;
  readonly footer?: string | undefined;
  readonly callback_id?: string | undefined;
  readonly image_url?: string | undefined;
  readonly thumb_url?: string | undefined;
  readonly mrkdwn_in?: readonly string[] | undefined;
  readonly short_fields?: boolean | undefined;
  readonly fields?: readonly SlackField[] | undefined;
  readonly actions?: readonly SlackAction[] | undefined;
}

export interface SlackField {
  readonly title: string;
  readonly value: string;
  readonly short?: boolean | undefined;
}

/** A link below a message. */
export interface SlackAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly style?: string | undefined;
}

/** A Slack receiver as the configuration has it. */
export interface SlackOptions extends SlackLook {
  /** Id (`C0123ABCD`) or name (`#on-call`) of the channel; a webhook has one of its own. */
  readonly channel?: string | undefined;
  readonly bot_token?: string | undefined;
  /** The app-level token of Socket Mode (xapp-…); or, as Alertmanager has it, the bot token. */
  readonly app_token?: string | undefined;
  /** The address of an incoming webhook; with a bot token the base of the Web API. */
  readonly api_url?: string | undefined;
  /** Alertmanager's: where `app_token` is used. */
  readonly app_url?: string | undefined;
  readonly http_config?: HttpConfig | undefined;
}

/** How a Slack is reached: as a bot, that edits, threads and hears, or by an incoming webhook, that only posts. */
export type SlackWay = SlackBot | { readonly kind: 'webhook'; readonly url: string };

export interface SlackBot {
  readonly kind: 'bot';
  readonly channel: string;
  readonly token: string;
  /** Hears presses; without it no buttons are drawn. */
  readonly appToken: string | undefined;
  /** Web API base; Slack's own unless a test or a proxy says otherwise. */
  readonly apiUrl: string | undefined;
}

/** What the tokens and addresses of a receiver mean together. @throws Failure `invalid` for what the schema refuses */
export function slackWay(options: SlackOptions): SlackWay {
  const { channel = '', bot_token, app_token, api_url, app_url, http_config } = options;
  const isSocket = app_token?.startsWith('xapp-') === true;
  const isMethod = api_url !== undefined && METHOD.test(api_url);
  const credentials = isMethod ? http_config?.authorization?.credentials : undefined;
  const token = bot_token ?? (isSocket ? undefined : app_token) ?? credentials;
  if (token !== undefined) {
    const apiUrl = (api_url ?? app_url)?.replace(METHOD, '');
    return { kind: 'bot', channel, token, appToken: isSocket ? app_token : undefined, apiUrl };
  }
  if (api_url === undefined)
    throw new Failure('invalid', 'a Slack receiver has neither a token nor an api_url');
  return { kind: 'webhook', url: api_url };
}

/** Whether the receiver brings words of its own for the attachment. */
export function hasOwnWords({
  message_text,
  title,
  text,
  pretext,
  fields = [],
  actions = [],
}: SlackLook): boolean {
  const words = [message_text, title, text, pretext].filter((template) => template !== undefined);
  return words.length + fields.length + actions.length > 0;
}

/** Alertmanager takes the address of the one method that it calls. */
const METHOD = /\/chat\.postMessage\/?$/;

/** By whom a message is posted: Slack takes it at the first posting only. */
export function posterOf(
  incident: Incident,
  { username, icon_emoji: emoji, icon_url: url, link_names: isLinked = false }: SlackLook,
  fill: Fill,
): { username?: string; icon_emoji?: string; icon_url?: string; link_names?: boolean } {
  const texts = { username, icon_emoji: emoji, icon_url: url };
  const given = Object.entries(texts)
    .map(([name, template]) => [name, fill(incident, { name, template, own: '' })])
    .filter(([, text]) => text !== '');
  return { ...Object.fromEntries(given), ...(isLinked ? { link_names: true } : {}) };
}
