import { z } from 'zod';
import { pollShape } from './common.ts';

/** Settings of the collector `neighbours`. */
export const neighboursSettings = z.strictObject({ ...pollShape }).prefault({});
