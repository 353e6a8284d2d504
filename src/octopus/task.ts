import { z } from 'zod';
import { flag, stamp, text } from './payload-fields.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const STATES = ['Queued', 'Executing', 'Failed', 'Canceled', 'TimedOut', 'Success', 'Cancelling'] as const;

/**
 * A server task. Times are ms since the epoch by the server's clock.
 * Source: OctopusClients `TaskResource.cs`, `TaskState.cs`; human texts (`Duration`, `Completed`) are never read.
 */
export const taskSchema = z
  .looseObject({
    Id: z.string().min(1).max(100),
    SpaceId: text(100),
    ProjectId: text(100),
    Name: z.string().min(1).max(100),
    Description: text(1000),
    State: z.enum([...STATES, 'other']).catch('other'),
    QueueTime: stamp,
    StartTime: stamp,
    LastUpdatedTime: stamp,
    CompletedTime: stamp,
    ServerNode: text(200),
    ErrorMessage: text(4000),
    HasPendingInterruptions: flag,
    HasWarningsOrErrors: flag,
    Arguments: z
      .looseObject({ RunbookRunId: text(100) })
      .nullish()
      .catch(undefined),
  })
  .transform((task) => ({
    id: task.Id,
    /** The space it belongs to; absent for system tasks and on servers without spaces. */
    spaceId: task.SpaceId,
    projectId: task.ProjectId,
    /** Its type: Deploy, RunbookRun, Health … */
    name: task.Name,
    description: task.Description,
    /** `other` is a state that this version does not know. */
    state: task.State,
    /** When it is or was due; in the future for a scheduled task. */
    queueTime: task.QueueTime,
    startTime: task.StartTime,
    lastUpdatedTime: task.LastUpdatedTime,
    completedTime: task.CompletedTime,
    /** Name of the node that runs or ran it. */
    node: nodeNameOf(task.ServerNode),
    error: task.ErrorMessage,
    /** Waits for a person: manual intervention, guided failure. */
    hasPendingInterruptions: task.HasPendingInterruptions,
    hasWarnings: task.HasWarningsOrErrors,
    /** The runbook run that it carries out: texts about locks name that instead of the task. */
    runbookRunId: task.Arguments?.RunbookRunId,
  }));

export type Task = z.output<typeof taskSchema>;

/** A node's name from its id: `OctopusServerNodes-octo-0` is `octo-0`. */
export function nodeNameOf(id: string | undefined): string | undefined {
  return id?.replace(/^OctopusServerNodes-/, '');
}

/** Whether the task is due and waits for its start. A queue time in the future is a schedule, not a queue. */
export function isWaiting(task: Task, now: number): boolean {
  return task.state === 'Queued' && (task.queueTime ?? now) <= now;
}

/** ms from `from` to `to`; a negative span is 0, one over a year is a broken stamp and undefined. */
export function span(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined || to - from > YEAR_MS) return undefined;
  return Math.max(0, to - from);
}
