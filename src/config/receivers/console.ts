import { z } from 'zod';
import { common } from './common.ts';

/** The agent's own output. */
export const consoleConfig = z.strictObject({ ...common });
