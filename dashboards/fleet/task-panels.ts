import { taskFlowDataset, taskQueueDataset } from '../../collectors/octopus-api/schema.ts';
import { COLOR, heading, timeSeries, type Panel } from '../grafana/panel.ts';
import { ask, math } from '../grafana/query.ts';
import { FAILED, taskDataset } from './task-dataset.ts';

/** How tasks flow: waiting, running, ended, failed. */
export const taskPanels: readonly Panel[] = [
  heading('Tasks'),
  timeSeries({
    title: 'Oldest waiting task, by tenant',
    description: 'How long the oldest task that is due has waited; the ten worst tenants.',
    unit: 's',
    width: 12,
    queries: [
      ask(taskQueueDataset, 'octopus_task_queue_age_seconds', {
        read: 'max',
        of: 'octopus_task_queue_age_seconds',
        by: ['tenant'],
        alias: '{{tenant}}',
      }),
    ],
  }),
  timeSeries({
    title: 'Failure ratio per $interval, by tenant',
    description:
      'Tasks that failed or timed out, as a share of those that ended. Above the line a ticket is due.',
    unit: 'percentunit',
    width: 12,
    thresholds: [{ color: COLOR.quiet }, { from: 0.3, color: COLOR.degraded }],
    queries: [
      ask(taskDataset, 'state', {
        read: 'count',
        where: { state: FAILED },
        by: ['tenant'],
        alias: '{{tenant}}',
        interval: '$interval',
        hide: true,
      }),
      ask(taskDataset, 'state', {
        read: 'count',
        by: ['tenant'],
        top: 500,
        alias: '{{tenant}}',
        interval: '$interval',
        hide: true,
      }),
      math('$A / $B'),
    ],
  }),
  timeSeries({
    title: 'Tasks waiting, by tenant',
    description: 'Tasks that are due and wait; the ten tenants with most.',
    unit: 'short',
    width: 8,
    draw: 'stack',
    queries: [
      ask(taskFlowDataset, 'octopus_tasks_waiting', {
        read: 'avg',
        of: 'octopus_tasks_waiting',
        by: ['tenant'],
        alias: '{{tenant}}',
      }),
    ],
  }),
  timeSeries({
    title: 'Tasks running, by tenant',
    description: 'Tasks that run; the ten tenants with most.',
    unit: 'short',
    width: 8,
    draw: 'stack',
    queries: [
      ask(taskFlowDataset, 'octopus_tasks_running', {
        read: 'avg',
        of: 'octopus_tasks_running',
        by: ['tenant'],
        alias: '{{tenant}}',
      }),
    ],
  }),
  timeSeries({
    title: 'Tasks finished per $interval, by state',
    description: 'Tasks that ended, by how they ended.',
    unit: 'short',
    width: 8,
    draw: 'bars',
    queries: [
      ask(taskDataset, 'state', {
        read: 'count',
        by: ['state'],
        alias: '{{state}}',
        interval: '$interval',
      }),
    ],
  }),
];
