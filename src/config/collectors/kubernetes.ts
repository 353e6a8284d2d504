import { z } from 'zod';
import { haveOwnNames, placeName, pollShape } from './common.ts';

/** Settings of the collector `kubernetes`. */
export const kubernetesSettings = z
  .strictObject({
    ...pollShape,
    clusters: z
      .array(z.strictObject({ name: placeName.describe('Its name, which stays.') }))
      .refine(haveOwnNames, 'two have one name')
      .default([])
      .describe('The clusters to watch.'),
  })
  .prefault({});
