import { defineDataset } from '../../src/model/dataset.ts';

/** What a line is about: the values of the dimension `kind`. */
export const TASK_LOG_KINDS = ['task_blocked', 'warning', 'error', 'fatal'] as const;
export type TaskLogKind = (typeof TASK_LOG_KINDS)[number];

/** The categories of lines that say something; marks of progress have others. */
export const TASK_LOG_CATEGORIES = ['VBS', 'INF', 'WRN', 'ERR', 'FAT'] as const;

/** Warnings, errors, and the lines that say whom a task waits for. */
export const taskLogDataset = defineDataset({
  name: 'task_log',
  kind: 'event',
  help: 'Lines of task logs that somebody may want to know of.',
  dimensions: {
    category: { help: `Category as logged: ${TASK_LOG_CATEGORIES.join(', ')}; other for any other.` },
    kind: { help: `What it is about: ${TASK_LOG_KINDS.join(', ')}.` },
  },
  fields: {
    task_id: { type: 'keyword', help: 'Id of the task whose log it is: ServerTasks-1847.' },
    holder: { type: 'keyword', help: 'Ids of the tasks that a blocked one waits for, as far as named.' },
    message: { type: 'text', help: 'The message, secrets redacted, at most 4 KiB.' },
  },
  derives: {
    octopus_task_log_events_total: {
      type: 'counter',
      unit: 'none',
      help: 'Task log events by category and kind.',
      by: ['tenant', 'category', 'kind'],
    },
  },
  rollup: { windowMs: 60_000, by: ['category', 'kind'], of: {} },
  seriesLimit: 50,
});
