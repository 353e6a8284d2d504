import { z } from 'zod';
import { haveOwnNames, placeName, pollShape } from './common.ts';

/** Settings of the collector `aws`. */
export const awsSettings = z
  .strictObject({
    ...pollShape,
    accounts: z
      .array(z.strictObject({ name: placeName.describe('Its name, which stays.') }))
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The accounts to watch.'),
  })
  .prefault({});
