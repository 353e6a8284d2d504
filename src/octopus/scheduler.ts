import { z } from 'zod';
import { flag } from './payload-fields.ts';

/** `GET /api/scheduler`: the server's own jobs. Source: OctopusClients `SchedulerStatusResource.cs`. */
export const schedulerSchema = z
  .looseObject({
    IsRunning: z.boolean(),
    TaskStatus: z.array(z.looseObject({ IsEnabled: flag })).nullish(),
  })
  .transform(({ IsRunning, TaskStatus }) => {
    const jobs = TaskStatus ?? [];
    const enabled = jobs.filter(({ IsEnabled }) => IsEnabled).length;
    return { isRunning: IsRunning, enabledJobs: enabled, disabledJobs: jobs.length - enabled };
  });

export type SchedulerStatus = z.output<typeof schedulerSchema>;
