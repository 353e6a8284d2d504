import { z } from 'zod';
import { httpUrl, secret } from '../fields.ts';
import { httpConfig } from '../http-config.ts';
import { common, timeout } from './common.ts';

const APP_TOKEN = /^xapp-/;
const METHOD = /\/chat\.postMessage\/?$/;

const template = z.string();

const field = z.strictObject({
  title: template.min(1).describe('Its name; a template.'),
  value: template.min(1).describe('What it says; a template.'),
  short: z.boolean().optional().describe('Whether two stand side by side; without, `short_fields`.'),
});

const action = z.strictObject({
  type: z.literal('button', 'Slack knows buttons only').default('button').describe('Its kind.'),
  text: template.min(1).describe('Its words; a template.'),
  url: template
    .min(1, 'presses of other buttons than links are not heard: give a url')
    .describe('Where it leads; a template.'),
  style: template.optional().describe('`primary` or `danger`.'),
});

/** Slack: by a bot's token, or by an incoming webhook as Alertmanager's `slack_configs`. */
export const slackConfig = z
  .strictObject({
    ...common,
    channel: z
      .string()
      .optional()
      .describe('Id (`C0123ABCD`) or name (`#on-call`). A bot needs it; an incoming webhook has its own.'),
    bot_token: secret.optional().describe('Bot User OAuth Token (`xoxb-…`): messages are edited in place.'),
    app_token: secret
      .optional()
      .describe(
        'App-level token (`xapp-…`), besides `bot_token`: messages have buttons, and presses are heard by Socket Mode. Any other is taken as `bot_token`, as Alertmanager does.',
      ),
    api_url: httpUrl
      .optional()
      .describe(
        'Address of an incoming webhook, which posts and never edits; with a token, the Web API instead of Slack’s own.',
      ),
    app_url: httpUrl.optional().describe('Web API for `app_token`, as Alertmanager has it.'),
    username: template.optional().describe('Template of the name it is posted by.'),
    icon_emoji: template.optional().describe('Template of the emoji beside the name.'),
    icon_url: template.optional().describe('Template of the picture beside the name.'),
    link_names: z.boolean().default(false).describe('Whether `@name` and `#channel` become links.'),
    message_text: template.optional().describe('Template of the text above an attachment; without, none.'),
    title: template
      .optional()
      .describe(
        'Template of the title of an attachment; without, the page line. With it, `message_text`, `text`, `pretext`, `fields` or `actions`, that attachment stands in place of our lines.',
      ),
    title_link: template.optional().describe('Template of where the title leads.'),
    pretext: template.optional().describe('Template of the text above the attachment.'),
    text: template.optional().describe('Template of the text of the attachment.'),
    fallback: template.optional().describe('Template of what stands in for the attachment as plain text.'),
    color: template.optional().describe('Template of its colour.'),
    footer: template.optional().describe('Template of its footer.'),
    callback_id: template.optional().describe('Template of its id.'),
    image_url: template.optional().describe('Template of the address of a picture.'),
    thumb_url: template.optional().describe('Template of the address of a small picture.'),
    fields: z.array(field).default([]).describe('Fields of the attachment.'),
    short_fields: z.boolean().default(false).describe('Whether fields stand side by side.'),
    mrkdwn_in: z.array(z.string()).optional().describe('What of the attachment is mrkdwn.'),
    actions: z.array(action).default([]).describe('Links below the attachment.'),
    update_message: z
      .boolean()
      .default(false)
      .describe('Taken: with a bot token messages are always edited in place.'),
    timeout,
    http_config: httpConfig.optional().describe('How Slack is asked.'),
  })
  .superRefine((config, context) => {
    const problem = problemOf(config);
    if (problem !== undefined) context.addIssue({ code: 'custom', ...problem });
  });

interface Ways {
  readonly channel?: string | undefined;
  readonly bot_token?: string | undefined;
  readonly app_token?: string | undefined;
  readonly api_url?: string | undefined;
  readonly update_message: boolean;
  readonly http_config?:
    | { readonly authorization?: { readonly credentials?: string | undefined } | undefined }
    | undefined;
}

/** What the tokens and addresses do not say together. */
function problemOf(config: Ways): { message: string; path: string[] } | undefined {
  const { channel = '', bot_token: bot, app_token: app, api_url: url, http_config: http } = config;
  const isSocket = app !== undefined && APP_TOKEN.test(app);
  const isMethod = url !== undefined && METHOD.test(url);
  if (bot !== undefined && app !== undefined && !isSocket)
    return { message: 'beside bot_token goes an app-level token, xapp-…', path: ['app_token'] };
  const token =
    bot ?? (isSocket ? undefined : app) ?? (isMethod ? http?.authorization?.credentials : undefined);
  if (token !== undefined) return channelProblem(channel);
  if (isSocket)
    return {
      message: 'app_token (xapp-…) hears buttons only: give the bot_token (xoxb-…) too',
      path: ['app_token'],
    };
  if (isMethod)
    return { message: 'chat.postMessage wants a bot token: give it as bot_token', path: ['api_url'] };
  if (url === undefined)
    return { message: 'give a bot_token (xoxb-…), or the api_url of an incoming webhook', path: [] };
  return config.update_message
    ? { message: 'an incoming webhook cannot edit messages: give a bot_token', path: ['update_message'] }
    : undefined;
}

function channelProblem(channel: string): { message: string; path: string[] } | undefined {
  if (channel === '') return { message: 'a bot needs a channel: its id or its name', path: ['channel'] };
  if (!channel.includes('{{')) return undefined;
  return {
    message: 'with a bot token the channel is no template: one receiver per channel',
    path: ['channel'],
  };
}
