import { z } from 'zod';
import { WEEKDAYS } from '../model/weekdays.ts';
import { haveOwnNames } from './collectors/common.ts';
import { duration } from './fields.ts';
import { timeZone } from './instance.ts';

const WEEK_MS = 7 * 86_400_000;

const window = z.strictObject({
  name: z.string().min(1, 'an empty name').max(100).describe('Its name, a label of the metric; it stays.'),
  tenants: z
    .array(z.string())
    .min(1, 'name at least one tenant, or leave it out for all')
    .optional()
    .describe('Tenant ids it is for; all of them without it.'),
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1, 'name at least one day')
    .default([...WEEKDAYS])
    .describe('Days on which it begins, local; every day without it.'),
  start: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'write a local time such as 02:00')
    .describe('Local time of its begin.'),
  duration: duration
    .refine((ms) => ms > 0 && ms <= WEEK_MS, 'write a duration of at most 7d')
    .meta({ title: 'duration' })
    .describe('How long it lasts.'),
  time_zone: timeZone.describe('IANA zone of its days and start.'),
});

/** When work on instances is announced: nobody is paged for one that is down within its window. */
export const maintenanceWindows = z
  .array(window)
  .refine(haveOwnNames, 'two have one name')
  .default([])
  .describe(
    'When work on instances is announced: nobody is paged for one that is down, or comes and goes, within its window.',
  );
