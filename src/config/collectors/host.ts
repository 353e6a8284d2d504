import { z } from 'zod';
import { pollShape } from './common.ts';

/** The machine or container that the agent runs on. */
export const hostSettings = z
  .strictObject({
    ...pollShape,
    enabled: z.boolean().default(false).describe('Whether it polls.'),
    root: z
      .string()
      .startsWith('/', 'write a path that begins with a slash')
      .default('/')
      .describe('Where the root directory to read is mounted: `/host` for the machine below a container.'),
    scope: z
      .enum(['auto', 'container', 'machine'])
      .default('auto')
      .describe(
        'What is read: the container (cgroup v2) or the machine (/proc). `auto`: the container where there is one.',
      ),
    instance: z
      .string()
      .min(1)
      .optional()
      .describe('Label `instance`, such as the name of the node; by default the host name.'),
  })
  .prefault({});
