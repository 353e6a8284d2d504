import { z } from 'zod';
import { flag, text } from './payload-fields.ts';

const filter = z
  .looseObject({ FilterType: text(100) })
  .nullish()
  .catch(undefined);

/**
 * An item of `GET /api/{space}/projecttriggers`. Filter types of schedules end in `Schedule`: `OnceDailySchedule`,
 * `CronExpressionSchedule` … Source: OctopusClients `TriggerFilterType.cs`.
 */
export const projectTriggerSchema = z
  .looseObject({ IsDisabled: flag, Filter: filter })
  .transform(({ IsDisabled, Filter }) => ({
    isEnabled: !IsDisabled,
    isScheduled: Filter?.FilterType?.endsWith('Schedule') === true,
  }));

export type ProjectTrigger = z.output<typeof projectTriggerSchema>;
