import { z } from 'zod';
import { duration, httpUrl, secret } from './fields.ts';
import { httpConfig, tlsConfig } from './http-config.ts';

/** Alertmanager's `global`: what receivers say where they say nothing themselves (`inherit-global.ts`). */
export const globalSettings = z
  .strictObject({
    resolve_timeout: duration.optional(),
    http_config: httpConfig.optional().describe('How HTTP services are asked.'),
    pagerduty_url: httpUrl.optional(),
    slack_api_url: secret.optional(),
    slack_app_token: secret.optional(),
    slack_app_url: httpUrl.optional(),
    smtp_from: z.string().optional(),
    smtp_smarthost: z.string().optional(),
    smtp_hello: z.string().optional(),
    smtp_auth_username: z.string().optional(),
    smtp_auth_password: secret.optional(),
    smtp_auth_secret: secret.optional(),
    smtp_auth_identity: z.string().optional(),
    smtp_require_tls: z.boolean().optional(),
    smtp_force_implicit_tls: z.boolean().optional(),
    smtp_tls_config: tlsConfig.optional().describe('How the certificate of the mail server is judged.'),
  })
  .refine(({ slack_api_url: url, slack_app_token: token }) => url === undefined || token === undefined, {
    message: 'slack_api_url or slack_app_token, not both',
    path: ['slack_app_token'],
  })
  .prefault({});
