import { defineDataset } from '../../src/model/dataset.ts';

/** Why a task waits: the values of the dimension `reason`. */
export const WAIT_REASONS = [
  'task_cap',
  'concurrency_tag',
  'mutex',
  'blocked_by',
  'queued_behind',
  'unknown',
] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

const REASONS =
  'task_cap, concurrency_tag, mutex (another script on the target), blocked_by and queued_behind (another task), unknown';

/** Tasks that have waited for more than 2 minutes, by reason. A reason that holds up nobody has no series. */
export const taskBlockedDataset = defineDataset({
  name: 'task_blocked',
  kind: 'gauge',
  help: 'Tasks that have waited for more than 2 minutes, from what the server says of each.',
  dimensions: { reason: { help: `Why: ${REASONS}.` } },
  metrics: {
    octopus_tasks_blocked: {
      type: 'gauge',
      unit: 'none',
      help: 'Tasks that have waited for more than 2 minutes, in the queue or for a script on their target.',
    },
    octopus_task_blocked_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'How long the longest of them has waited.',
    },
  },
});

/** Who holds up whom. Numbers of tasks are values, never labels: they make the link of an alert. */
export const taskWaitGraphDataset = defineDataset({
  name: 'task_wait_graph',
  kind: 'gauge',
  help: 'Tasks that wait for each other, and the one at the end of the longest wait.',
  dimensions: {},
  metrics: {
    octopus_task_wait_cycles: {
      type: 'gauge',
      unit: 'none',
      help: 'Sets of tasks that wait for each other, or a task for itself; among the tasks that were asked about.',
    },
    octopus_task_wait_cycle_number: {
      type: 'gauge',
      unit: 'none',
      help: 'N of ServerTasks-N, the first task of the first cycle; absent without one.',
    },
    octopus_task_root_holder_number: {
      type: 'gauge',
      unit: 'none',
      help: 'N of ServerTasks-N, which holds up the longest waiting task and waits for nobody; absent where not known.',
    },
    octopus_task_root_holder_space_number: {
      type: 'gauge',
      unit: 'none',
      help: 'N of Spaces-N, the space of the root holder; absent for a system task.',
    },
    octopus_task_root_holder_blocking: {
      type: 'gauge',
      unit: 'none',
      help: 'Tasks that wait for the root holder, directly or behind others.',
    },
    octopus_tasks_blocked_unexamined: {
      type: 'gauge',
      unit: 'none',
      help: 'Tasks that nobody asked the server about: at most 10 a minute, none when the request budget is half spent.',
    },
  },
});

/** Who waits for whom, with ids and a link; one event when a wait or its root is first seen. */
export const taskWaitDataset = defineDataset({
  name: 'task_wait',
  kind: 'event',
  help: 'Waits of tasks, when they are first seen and when somebody else holds them up.',
  dimensions: {
    name: { help: 'Type of the waiting task: Deploy, RunbookRun, Health …' },
    reason: { help: `Why it waits: ${REASONS}.` },
    space: { help: 'Id of the space of the waiting task; empty for system tasks.', label: false },
  },
  fields: {
    task_id: { type: 'keyword', help: 'Id of the task that waits: ServerTasks-1847.' },
    holder: { type: 'keyword', help: 'Ids of the tasks that it waits for, as far as named.' },
    root_holder: { type: 'keyword', help: 'Id of the task at the end of the chain, which waits for nobody.' },
    chain: {
      type: 'keyword',
      help: 'Ids from the waiting task to the end; a cycle comes back to one of them.',
    },
    link: { type: 'keyword', help: 'Page of the root holder, or of the waiting task where nobody knows it.' },
    in_cycle: { type: 'boolean', help: 'Whether it waits for tasks that wait for each other.' },
    waited_seconds: { type: 'double', unit: 'seconds', help: 'How long it had waited by then.' },
    message: { type: 'text', help: 'What the server says of the wait.' },
  },
  derives: {
    octopus_task_waits_total: {
      type: 'counter',
      unit: 'none',
      help: 'Waits of more than 2 minutes that were seen to begin or to change their holder, by reason.',
      by: ['tenant', 'reason'],
    },
  },
  rollup: { windowMs: 60_000, by: ['name', 'reason'], of: {} },
  seriesLimit: 100,
});

export const taskWaitDatasets = [taskBlockedDataset, taskWaitGraphDataset, taskWaitDataset] as const;
