import { z } from 'zod';
import { pollShape } from './common.ts';

/** Settings of the collector `provisioning`. */
export const provisioningSettings = z.strictObject({ ...pollShape }).prefault({});
