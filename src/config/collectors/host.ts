import { z } from 'zod';
import { pollShape } from './common.ts';

/** The machine or container that the agent runs on. */
export const hostSettings = z
  .strictObject({
    ...pollShape,
    enabled: z.boolean().default(false).describe('Whether it polls.'),
  })
  .prefault({});
