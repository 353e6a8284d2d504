import { z } from 'zod';
import { alertmanagerConfig } from './alertmanager.ts';
import { consoleConfig } from './console.ts';
import { emailConfig } from './email.ts';
import { pagerdutyConfig } from './pagerduty.ts';
import { slackConfig } from './slack.ts';
import { webhookConfig } from './webhook.ts';

/** A receiver: whom to tell, in as many ways as it lists. */
export const receiver = z.strictObject({
  name: z.string().min(1),
  pagerduty_configs: z.array(pagerdutyConfig).default([]),
  slack_configs: z.array(slackConfig).default([]),
  webhook_configs: z.array(webhookConfig).default([]),
  email_configs: z.array(emailConfig).default([]),
  alertmanager_configs: z.array(alertmanagerConfig).default([]),
  console_configs: z.array(consoleConfig).default([]),
});
