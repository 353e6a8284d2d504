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
    message: { type: 'text', help: 'First line of the message, secrets redacted, at most 4 KiB.' },
  },
  derives: {
    octopus_log_events_total: {
      type: 'counter',
      unit: 'none',
      help: 'Log events by level and kind.',
      by: ['tenant', 'level', 'kind'],
    },
  },
  rollup: { windowMs: 60_000, by: ['level', 'kind'], of: {} },
  seriesLimit: 100,
});
