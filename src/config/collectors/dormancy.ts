import { z } from 'zod';
import { pollShape } from './common.ts';

/** Settings of the collector `dormancy`. */
export const dormancySettings = z.strictObject({ ...pollShape }).prefault({});
