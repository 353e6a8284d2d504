import { z } from 'zod';
import { duration, interval, labelMap } from './fields.ts';
import { receiver } from './receivers/receiver.ts';

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
