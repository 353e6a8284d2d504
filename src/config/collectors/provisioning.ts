import { z } from 'zod';
import { duration } from '../fields.ts';
import { pollShape } from './common.ts';

/** Settings of the collector `provisioning`. */
export const provisioningSettings = z
  .strictObject({
    ...pollShape,
    fail_after: duration
      .prefault('10m')
      .describe('A new tenant that has not answered for so long counts as failed.'),
    first_start: duration
      .prefault('10m')
      .describe('Tenants found so soon after the very first start were there before: they are not new.'),
    forget_after: duration
      .prefault('1d')
      .describe('A tenant that was away for so long is new when it comes back.'),
  })
  .prefault({});
