import { z } from 'zod';
import { pollShape } from './common.ts';

/** Settings of the collector `neighbours`. */
export const neighboursSettings = z
  .strictObject({
    ...pollShape,
    database_load_metric: z
      .string()
      .regex(/^[A-Za-z_:][A-Za-z0-9_:]*$/, 'not the name of a metric')
      .optional()
      .describe(
        'Scraped gauge with the label `tenant`: what each takes of the CPU or the DTUs of its server.',
      ),
  })
  .prefault({});
