import { z } from 'zod';
import { httpUrl, secret } from '../fields.ts';
import { common } from './common.ts';

/** PagerDuty, by its Events API v2. */
export const pagerdutyConfig = z.strictObject({
  ...common,
  routing_key: secret,
  /** Events API base; the public one unless a test or a proxy says otherwise. */
  url: httpUrl.optional(),
  severity: z.enum(['critical', 'error', 'warning', 'info']).default('critical'),
});
