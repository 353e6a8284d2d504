import { z } from 'zod';
import { scalarText } from './fields.ts';

const timeRange = z.strictObject({
  start_time: scalarText.describe('First minute, `HH:MM`.'),
  end_time: scalarText.describe('First minute that is not in it any more; `24:00` is the end of the day.'),
});

const timeIntervalSpec = z.strictObject({
  times: z.array(timeRange).optional().describe('Times of day.'),
  weekdays: z.array(scalarText).optional().describe('`monday`, `saturday:sunday`.'),
  days_of_month: z.array(scalarText).optional().describe('`1`, `1:5`; `-1` is the last day.'),
  months: z.array(scalarText).optional().describe('`january`, `5:8`.'),
  years: z.array(scalarText).optional().describe('`2026`, `2026:2028`.'),
  location: z.string().optional().describe('IANA name; UTC by default.'),
});

/** A named interval of time, as Alertmanager writes it; what its ranges mean is looked at where they are used. */
const timeInterval = z.strictObject({
  name: z.string().min(1).describe('Name that routes use.'),
  time_intervals: z
    .array(timeIntervalSpec)
    .default([])
    .describe('It holds when one of these does; of one, every field that is given must hold.'),
});

/** Alertmanager's `time_intervals`, and `mute_time_intervals` under their older name. */
export const timeIntervals = z.array(timeInterval).default([]);
