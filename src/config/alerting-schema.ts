import { z } from 'zod';
import { duration, httpUrl, interval, labelMap, secret } from './fields.ts';

const common = { send_resolved: z.boolean().default(true) };

const pagerduty = z.strictObject({
  ...common,
  routing_key: secret,
  /** Events API base; the public one unless a test or a proxy says otherwise. */
  url: httpUrl.optional(),
  severity: z.enum(['critical', 'error', 'warning', 'info']).default('critical'),
});

const slack = z.strictObject({
  ...common,
  channel: z.string().min(1),
  bot_token: secret,
  api_url: httpUrl.optional(),
});

const webhook = z.strictObject({
  ...common,
  url: httpUrl,
  /** Sent as `Authorization: Bearer`. */
  bearer_token: secret.optional(),
});

const consoleReceiver = z.strictObject({ ...common });

const receiver = z.strictObject({
  name: z.string().min(1),
  pagerduty_configs: z.array(pagerduty).default([]),
  slack_configs: z.array(slack).default([]),
  webhook_configs: z.array(webhook).default([]),
  console_configs: z.array(consoleReceiver).default([]),
});

/** Alertmanager refuses 0 too: it would tell the same again without a pause. */
const repeatInterval = duration
  .refine((ms) => ms > 0, 'write a duration above 0, such as 4h')
  .meta({ title: 'duration' });

const routeFields = {
  receiver: z.string().optional(),
  group_by: z.array(z.string()).optional(),
  group_wait: duration.optional(),
  group_interval: interval.optional(),
  repeat_interval: repeatInterval.optional(),
  matchers: z.array(z.string()).default([]),
  match: labelMap.optional(),
  match_re: labelMap.optional(),
  continue: z.boolean().default(false),
};

export interface RouteConfig {
  receiver?: string | undefined;
  group_by?: string[] | undefined;
  group_wait?: number | undefined;
  group_interval?: number | undefined;
  repeat_interval?: number | undefined;
  matchers: string[];
  match?: Record<string, string> | undefined;
  match_re?: Record<string, string> | undefined;
  continue: boolean;
  routes: RouteConfig[];
}

const route: z.ZodType<RouteConfig> = z.strictObject({
  ...routeFields,
  get routes(): z.ZodDefault<z.ZodArray<z.ZodType<RouteConfig>>> {
    return z.array(route).default([]);
  },
});

/** The keys of an Alertmanager configuration that are understood; others are refused by name. */
export const alertingKeys = {
  global: z.strictObject({ resolve_timeout: duration.optional() }).prefault({}),
  route: route.optional(),
  receivers: z.array(receiver).default([]),
};
