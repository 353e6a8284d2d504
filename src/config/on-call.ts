import { z } from 'zod';
import { WEEKDAYS } from '../model/weekdays.ts';
import { cronExpression } from './cron.ts';
import { duration, httpUrl, interval, labelName, positive, secret } from './fields.ts';
import { timeZone } from './instance.ts';

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'write a time of day such as 08:00');

const fallback = z.strictObject({
  /** The receiver that is told when the first one cannot be reached. */
  receiver: z.string().min(1),
  after: duration.prefault('5m'),
});

const watchdog = z.strictObject({
  /** A dead-man's switch: it alarms somebody when no heartbeat comes any more. */
  ping_url: secret,
  interval: interval.prefault('1m'),
  method: z.enum(['GET', 'POST']).default('POST'),
});

const storm = z.strictObject({
  enabled: z.boolean().default(true),
  /** So many tenants with a page at once, for one receiver, are one incident. */
  min_tenants: positive.default(5),
  /** What they share must be so many times as common among them as among all tenants. */
  min_lift: z.number().min(1).default(2),
  /** So much of the victims must share it. */
  min_share: z.number().min(0).max(1).default(0.5),
  /** How long it stays one incident after it has become small; when nobody is left of it, half of that. */
  settle: duration.prefault('10m'),
});

const flapping = z.strictObject({
  enabled: z.boolean().default(true),
  /** So many ends within `within` are flapping: from then on the incident stays open. */
  changes: positive.default(4),
  within: duration.prefault('1h'),
  /** It ends when nothing fired for so long. */
  settle: duration.prefault('15m'),
});

/** At most so many new incidents in `per` at one receiver; what is more is told in one summary. */
const rateLimit = z.strictObject({
  enabled: z.boolean().default(true),
  incidents: positive.default(10),
  per: interval.prefault('10m'),
});

const budget = z.strictObject({
  /** Pages a week and team. */
  per_week: positive.default(10),
  per_shift: positive.default(2),
  shift: duration.prefault('12h'),
  /** The label that says whose page it is; all are one team where it is not there. */
  team_label: labelName.default('team'),
});

const officeHours = z.strictObject({
  days: z.array(z.enum(WEEKDAYS)).default(['monday', 'tuesday', 'wednesday', 'thursday', 'friday']),
  from: timeOfDay.default('08:00'),
  to: timeOfDay.default('18:00'),
  time_zone: timeZone.describe('IANA zone of these hours.'),
});

/** How people are told, beyond what an Alertmanager configuration can say. */
export const onCallSettings = z
  .strictObject({
    fallback: fallback.optional(),
    watchdog: watchdog.optional(),
    storm: storm.prefault({}),
    flapping: flapping.prefault({}),
    rate_limit: rateLimit.prefault({}),
    budget: budget.prefault({}),
    office_hours: officeHours.prefault({}),
    /** How long a notification is tried again; what is older by then is counted as lost and shown. */
    retry_for: duration.prefault('3d'),
    /** May alerts be posted to `/api/v2/alerts` by others (with the token). */
    receive_alerts: z.boolean().default(true),
  })
  .prefault({});

/** The weekly report. */
export const reportSettings = z
  .strictObject({
    /** When it is sent, as cron has it: `0 8 * * 1`. Not sent without receivers. */
    cron: cronExpression.default('0 8 * * 1'),
    time_zone: timeZone.describe('IANA zone of the week and of `cron`.'),
    /** Receivers that get it: their Slack channels, e-mail addresses, webhooks, and the console. */
    receivers: z.array(z.string()).default([]),
    /** Where the HTML is written as well. */
    html_file: z.string().optional(),
    /** Where links lead to; `web.external_url` when left out. */
    url: httpUrl.optional(),
  })
  .prefault({});
