import { z } from 'zod';
import { httpUrl, secret } from '../fields.ts';
import { common } from './common.ts';

/** Slack, by a bot's token. */
export const slackConfig = z.strictObject({
  ...common,
  channel: z.string().min(1),
  bot_token: secret,
  api_url: httpUrl.optional(),
});
