import { z } from 'zod';
import { haveOwnNames, placeName, pollShape } from './common.ts';

/** Settings of the collector `probe`. */
export const probeSettings = z
  .strictObject({
    ...pollShape,
    targets: z
      .array(z.strictObject({ name: placeName.describe('Its name, which stays.') }))
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('What is probed besides the instances.'),
  })
  .prefault({});
