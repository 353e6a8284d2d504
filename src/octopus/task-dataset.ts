import { defineDataset } from '../model/dataset.ts';
import { eventId } from '../model/event-id.ts';

const DURATIONS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600];
const WAITS = [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** How a task can end; the values of the dimension `state`. */
export const FINISHED_STATES = ['Success', 'Failed', 'Canceled', 'TimedOut'] as const;
export type FinishedState = (typeof FINISHED_STATES)[number];

/** A finished task, whatever saw it end: REST, server log or trace. The time is when it was completed. */
export const taskDataset = defineDataset({
  name: 'task',
  kind: 'event',
  help: 'Tasks that ended.',
  dimensions: {
    name: { help: 'Type of the task: Deploy, RunbookRun, Health, Retention …' },
    state: { help: 'How it ended: Success, Failed, Canceled or TimedOut.' },
    space: { help: 'Id of the space; empty for system tasks.', label: false },
    project: { help: 'Id of the project, where the task has one.', label: false },
    node: { help: 'Name of the node that ran it.', label: false },
  },
  fields: {
    task_id: { type: 'keyword', help: 'Id of the task: ServerTasks-1847.' },
    description: { type: 'keyword', help: 'What the server says the task does.' },
    duration_seconds: { type: 'double', unit: 'seconds', help: 'From start to completion.' },
    queue_wait_seconds: { type: 'double', unit: 'seconds', help: 'From the time it was due to its start.' },
    has_warnings: { type: 'boolean', help: 'Whether the task logged warnings or errors.' },
    error: { type: 'text', help: 'The error of a task that failed.' },
  },
  derives: {
    octopus_tasks_finished_total: {
      type: 'counter',
      unit: 'none',
      help: 'Tasks that ended, by type and state.',
      by: ['tenant', 'name', 'state'],
    },
    octopus_task_duration_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Time finished tasks took from start to completion.',
      by: ['tenant'],
      of: 'duration_seconds',
      buckets: DURATIONS,
    },
    octopus_task_queue_wait_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Time finished tasks had waited before they started.',
      by: ['tenant'],
      of: 'queue_wait_seconds',
      buckets: WAITS,
    },
  },
  rollup: {
    windowMs: 60_000,
    by: ['name', 'state'],
    of: { duration_seconds: DURATIONS, queue_wait_seconds: WAITS },
  },
});

/** The identity of a finished task's event, the same from every source. */
export function taskEventId(tenant: string, taskId: string, state: string): string {
  return eventId(tenant, taskId, state);
}
