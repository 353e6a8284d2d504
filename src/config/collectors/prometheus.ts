import { z } from 'zod';
import { haveOwnNames, placeName, pollShape } from './common.ts';

/** Settings of the collector `prometheus`. */
export const prometheusSettings = z
  .strictObject({
    ...pollShape,
    targets: z
      .array(z.strictObject({ name: placeName.describe('Its name, which stays.') }))
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The endpoints to scrape.'),
  })
  .prefault({});
