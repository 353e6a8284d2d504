import { z } from 'zod';

/** What every kind of receiver may say. */
export const common = { send_resolved: z.boolean().default(true) };
