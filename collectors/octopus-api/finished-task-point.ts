import type { Point } from '../../src/model/point.ts';
import { FINISHED_STATES, taskDataset, taskEventId } from '../../src/octopus/task-dataset.ts';
import { span, type Task } from '../../src/octopus/task.ts';

/**
 * The event of a task that ended; undefined while it has not.
 * @param clockOffset the server's clock minus the agent's, ms: the event's time is by the agent's
 */
export function finishedTaskPoint(task: Task, tenant: string, clockOffset: number): Point | undefined {
  const state = FINISHED_STATES.find((finished) => finished === task.state);
  if (state === undefined || task.completedTime === undefined) return undefined;
  return {
    dataset: taskDataset,
    time: task.completedTime - clockOffset,
    id: taskEventId(tenant, task.id, state),
    dimensions: {
      name: task.name,
      state,
      space: task.spaceId ?? '',
      project: task.projectId ?? '',
      node: task.node ?? '',
    },
    values: {
      task_id: task.id,
      description: task.description,
      duration_seconds: seconds(span(task.startTime, task.completedTime)),
      queue_wait_seconds: seconds(span(task.queueTime, task.startTime)),
      has_warnings: task.hasWarnings,
      error: task.error,
    },
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
