import { z } from 'zod';
import { pollShape } from './common.ts';

/** Settings of the collector `capacity`. */
export const capacitySettings = z.strictObject({ ...pollShape }).prefault({});
