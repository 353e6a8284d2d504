import { pingDataset, taskQueueDataset } from '../../collectors/octopus-api/schema.ts';
import { COLOR, heading, stat, stateTimeline, type Panel } from '../grafana/panel.ts';
import { ask } from '../grafana/query.ts';
import { FAILED, taskDataset } from './task-dataset.ts';

/** The fleet in four numbers, and who answered when. */
export const overviewPanels: readonly Panel[] = [
  stat({
    title: 'Tenants',
    description: 'Tenants that were probed in the last whole minute.',
    unit: 'none',
    width: 6,
    calc: 'lastNotNull',
    queries: [
      ask(pingDataset, 'octopus_ping_up', { read: 'cardinality', of: 'tenant', interval: '1m', whole: true }),
    ],
  }),
  stat({
    title: 'Tenants that did not answer',
    description: 'Most tenants that failed a liveness probe within one minute. A drained instance answers.',
    unit: 'none',
    width: 6,
    calc: 'max',
    thresholds: [{ color: COLOR.quiet }, { from: 1, color: COLOR.down }],
    queries: [
      ask(pingDataset, 'octopus_ping_up', {
        read: 'cardinality',
        of: 'tenant',
        where: { octopus_ping_up: ['0'] },
        interval: '1m',
      }),
    ],
  }),
  stat({
    title: 'Oldest waiting task',
    description: 'Longest time a task had been due and not started, anywhere in the time range.',
    unit: 's',
    width: 6,
    calc: 'max',
    thresholds: [
      { color: COLOR.quiet },
      { from: 300, color: COLOR.degraded },
      { from: 1800, color: COLOR.down },
    ],
    queries: [
      ask(taskQueueDataset, 'octopus_task_queue_age_seconds', {
        read: 'max',
        of: 'octopus_task_queue_age_seconds',
      }),
    ],
  }),
  stat({
    title: 'Failed tasks',
    description: 'Tasks that failed or timed out in the time range.',
    unit: 'short',
    width: 6,
    calc: 'sum',
    queries: [ask(taskDataset, 'state', { read: 'count', where: { state: FAILED } })],
  }),
  heading('Liveness'),
  stateTimeline({
    title: 'Answering, by tenant',
    description:
      'Whether every probe of a time bucket was answered. Thirty tenants, those that lost a probe first.',
    unit: 'none',
    width: 24,
    height: 10,
    states: { 0: { text: 'down', color: COLOR.down }, 1: { text: 'up', color: COLOR.healthy } },
    queries: [
      ask(pingDataset, 'octopus_ping_up', {
        read: 'min',
        of: 'octopus_ping_up',
        by: ['tenant'],
        top: 30,
        smallest: true,
        alias: '{{tenant}}',
      }),
    ],
  }),
];
