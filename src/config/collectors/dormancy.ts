import { z } from 'zod';
import { duration } from '../fields.ts';
import { pollShape } from './common.ts';

/** Settings of the collector `dormancy`. */
export const dormancySettings = z
  .strictObject({
    ...pollShape,
    ask_every: duration.prefault('1h').describe('How often an instance is asked who used it.'),
    quiet_after: duration.prefault('7d').describe('An instance that nobody used for so long is quiet.'),
    dormant_after: duration.prefault('14d').describe('For so long: dormant.'),
    dead_after: duration
      .prefault('30d')
      .describe('For so long, and past `trial_ends` of its `info`: dead. One without that is dormant.'),
  })
  .refine(
    ({ quiet_after: quiet, dormant_after: dormant, dead_after: dead }) => quiet < dormant && dormant < dead,
    'quiet_after, dormant_after and dead_after must rise',
  )
  .prefault({});
