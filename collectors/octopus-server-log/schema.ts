import { defineDataset } from '../../src/model/dataset.ts';

/** What a log event is about: the values of the dimension `kind`. */
export const EVENT_KINDS = [
  'sql_pool_exhausted',
  'sql_slow',
  'slow_request',
  'unhandled_exception',
  'high_transactions',
  'task_blocked',
  'rate_limit',
  'other',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** Every request the server's web host logged. */
export const webRequestDataset = defineDataset({
  name: 'web_request',
  kind: 'event',
  help: 'Requests that the web host of an Octopus server answered.',
  dimensions: {
    method: { help: 'HTTP method; other for what is none.' },
    route: { help: 'Path with ids replaced: /api/{space}/tasks/{id}; other for what is no API route.' },
    status: { help: 'HTTP status code.' },
  },
  fields: {
    path: { type: 'keyword', help: 'Path as requested, without the query.' },
    user: { type: 'keyword', help: 'User name; <anonymous> without one; absent in old logs.' },
    host: { type: 'keyword', help: 'Host and port as requested.' },
    duration_seconds: { type: 'double', unit: 'seconds', help: 'Time to the answer.' },
  },
  derives: {
    octopus_web_requests_total: {
      type: 'counter',
      unit: 'none',
      help: 'Requests by method, route and status.',
      by: ['tenant', 'method', 'route', 'status'],
    },
    octopus_web_request_duration_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Time requests took; the buckets 0.05 and 0.2 are the Apdex thresholds.',
      by: ['tenant'],
      of: 'duration_seconds',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30],
    },
  },
  seriesLimit: 500,
});

/** Warnings, errors, and the lines that announce a known trouble at any level from INFO. */
export const logEventDataset = defineDataset({
  name: 'log_event',
  kind: 'event',
  help: 'Lines of the server log that somebody may want to know of.',
  dimensions: {
    level: { help: 'Level as logged: INFO, WARN, ERROR or FATAL.' },
    kind: { help: `What it is about: ${EVENT_KINDS.join(', ')}.` },
  },
  fields: {
    message: { type: 'text', help: 'First line of the message, secrets redacted, at most 1 KiB.' },
  },
  derives: {
    octopus_log_events_total: {
      type: 'counter',
      unit: 'none',
      help: 'Log events by level and kind.',
      by: ['tenant', 'level', 'kind'],
    },
  },
  seriesLimit: 100,
});
