import { z } from 'zod';
import { secret } from '../fields.ts';
import { httpConfig } from '../http-config.ts';
import { common, timeout } from './common.ts';

/** Alertmanager's webhook. */
export const webhookConfig = z.strictObject({
  ...common,
  // Not `httpUrl`: a slash at the end can be another address to whoever serves it.
  url: z
    .url({ protocol: /^https?$/, message: 'not an http or https URL' })
    .describe('Where messages are posted; a secret, as whoever knows it may post there.'),
  bearer_token: secret.optional().describe('Sent as `Authorization: Bearer`.'),
  signing_key: secret
    .optional()
    .describe('Signs what is posted: HMAC-SHA256, in the header `Octowatch-Signature`.'),
  max_alerts: z.int().min(0).default(0).describe('At most so many alerts in a message; 0: all of them.'),
  timeout,
  wakes: z
    .boolean()
    .default(false)
    .describe('Whether it wakes somebody: then it is told of pages only, and nothing while a heal works.'),
  http_config: httpConfig.optional().describe('How it is asked.'),
});
