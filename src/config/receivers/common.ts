import { z } from 'zod';
import { duration } from '../fields.ts';

/** What every kind of receiver may say. */
export const common = {
  send_resolved: z.boolean().default(true).describe('Whether the end of an incident is told.'),
};

/** Alertmanager's; 0 is our own limit, which nothing is above. */
export const timeout = duration
  .optional()
  .describe('How long an answer is waited for; our limit (6s to 8s) is kept.');
