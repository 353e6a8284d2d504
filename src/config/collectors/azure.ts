import { z } from 'zod';
import { haveOwnNames, placeName, pollShape } from './common.ts';

/** Settings of the collector `azure`. */
export const azureSettings = z
  .strictObject({
    ...pollShape,
    subscriptions: z
      .array(z.strictObject({ name: placeName.describe('Its name, which stays.') }))
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The subscriptions to watch.'),
  })
  .prefault({});
