import { z } from 'zod';
import { pollShape } from './common.ts';

/** Settings of the collector `cost`. */
export const costSettings = z.strictObject({ ...pollShape }).prefault({});
