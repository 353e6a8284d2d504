import { z } from 'zod';
import { httpUrl, secret } from '../fields.ts';
import { common } from './common.ts';

/** Alertmanager's webhook. */
export const webhookConfig = z.strictObject({
  ...common,
  url: httpUrl,
  /** Sent as `Authorization: Bearer`. */
  bearer_token: secret.optional(),
});
