import { z } from 'zod';
import { duration, interval, labelMap } from './fields.ts';
import { globalSettings } from './global.ts';
import { receiver } from './receivers/receiver.ts';
import { timeIntervals } from './time-intervals.ts';

/** Alertmanager refuses 0 too: it would tell the same again without a pause. */
const repeatInterval = duration
  .refine((ms) => ms > 0, 'write a duration above 0, such as 4h')
  .meta({ title: 'duration' });

const matchers = z.array(z.string()).default([]);

const routeFields = {
  receiver: z.string().optional(),
  group_by: z
    .array(z.string().min(1, 'an empty label name'))
    .refine((names) => new Set(names).size === names.length, 'the same label twice')
    .refine((names) => names.length < 2 || !names.includes('...'), "'...' is all labels: it stands alone")
    .optional(),
  group_wait: duration.optional(),
  group_interval: interval.optional(),
  repeat_interval: repeatInterval.optional(),
  matchers,
  match: labelMap.optional(),
  match_re: labelMap.optional(),
  continue: z.boolean().default(false),
  mute_time_intervals: z.array(z.string()).default([]),
  active_time_intervals: z.array(z.string()).default([]),
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
  mute_time_intervals: string[];
  active_time_intervals: string[];
  routes: RouteConfig[];
}

const route: z.ZodType<RouteConfig> = z.strictObject({
  ...routeFields,
  get routes(): z.ZodDefault<z.ZodArray<z.ZodType<RouteConfig>>> {
    return z.array(route).default([]);
  },
});

const inhibitRule = z.strictObject({
  name: z.string().optional(),
  source_matchers: matchers,
  source_match: labelMap.optional(),
  source_match_re: labelMap.optional(),
  target_matchers: matchers,
  target_match: labelMap.optional(),
  target_match_re: labelMap.optional(),
  equal: z.array(z.string().min(1, 'an empty label name')).default([]),
});

/** An Alertmanager configuration, but for what `unsupported.ts` refuses by name. */
export const alertingKeys = {
  global: globalSettings,
  templates: z.array(z.string().min(1, 'an empty path')).default([]),
  route: route.optional(),
  inhibit_rules: z.array(inhibitRule).default([]),
  time_intervals: timeIntervals,
  mute_time_intervals: timeIntervals,
  receivers: z.array(receiver).default([]),
};
