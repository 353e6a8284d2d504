import { logEventDataset } from '../../collectors/octopus-server-log/schema.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { heading, timeSeries, type Panel } from '../grafana/panel.ts';
import { ask } from '../grafana/query.ts';

/** How the web API does, from the server logs. */
export const webPanels: readonly Panel[] = [
  heading('Web API'),
  timeSeries({
    title: 'Requests per $interval, by tenant',
    description: 'Requests in the server logs; the ten tenants with most.',
    unit: 'short',
    width: 8,
    draw: 'stack',
    queries: [
      ask(webRequestDataset, 'route', {
        read: 'count',
        by: ['tenant'],
        alias: '{{tenant}}',
        interval: '$interval',
      }),
    ],
  }),
  timeSeries({
    title: 'Time requests take',
    description: 'Percentiles over all requests of the chosen tenants.',
    unit: 's',
    width: 8,
    queries: [
      ask(webRequestDataset, 'route', {
        read: 'percentiles',
        of: 'duration_seconds',
        percents: [50, 95, 99],
      }),
    ],
  }),
  timeSeries({
    title: 'Time requests take, by tenant (95th percentile)',
    description: 'The ten tenants whose requests take longest.',
    unit: 's',
    width: 8,
    queries: [
      ask(webRequestDataset, 'route', {
        read: 'percentiles',
        of: 'duration_seconds',
        percents: [95],
        by: ['tenant'],
        alias: '{{tenant}}',
      }),
    ],
  }),
  timeSeries({
    title: 'Answers per $interval, by status',
    description: 'HTTP status codes of the web API.',
    unit: 'short',
    width: 12,
    draw: 'bars',
    queries: [
      ask(webRequestDataset, 'route', {
        read: 'count',
        by: ['status'],
        alias: '{{status}}',
        interval: '$interval',
      }),
    ],
  }),
  timeSeries({
    title: 'Log events per $interval, by kind',
    description: 'Warnings, errors and lines that announce a known trouble in the server logs.',
    unit: 'short',
    width: 12,
    draw: 'bars',
    queries: [
      ask(logEventDataset, 'level', {
        read: 'count',
        by: ['kind'],
        alias: '{{kind}}',
        interval: '$interval',
      }),
    ],
  }),
];
