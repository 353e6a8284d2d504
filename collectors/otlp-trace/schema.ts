import { defineDataset } from '../../src/model/dataset.ts';

/** From this duration on a span is told of as slow, seconds. */
export const SLOW_SECONDS = 5;

const BY = ['tenant', 'scope', 'kind'];
const BUCKETS = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 3600];

/** Spans that failed or were slow; all others are read and left. */
export const spanDataset = defineDataset({
  name: 'span',
  kind: 'event',
  help: `Trace spans that failed or took ${SLOW_SECONDS} s and longer.`,
  dimensions: {
    scope: { help: 'Instrumentation scope: Octopus, Octopus.DataAccess, Octopus.Git …' },
    kind: { help: 'server, client, internal, producer, consumer or unspecified.' },
    outcome: { help: 'error: its status is ERROR, however long it took; slow: it took long.' },
  },
  fields: {
    name: { type: 'keyword', help: 'Name of the span.' },
    trace_id: { type: 'keyword', help: 'Id of the trace, hex.' },
    span_id: { type: 'keyword', help: 'Id of the span, hex.' },
    task_id: { type: 'keyword', help: 'Id of the task it worked for, where it says so: ServerTasks-1847.' },
    error_type: { type: 'keyword', help: 'Type of the error or exception, where it has one.' },
    duration_seconds: { type: 'double', unit: 'seconds', help: 'From its start to its end.' },
  },
  derives: {
    octopus_spans_failed_total: {
      type: 'counter',
      unit: 'none',
      help: 'Spans that failed, by scope and kind.',
      by: BY,
      where: { outcome: ['error'] },
    },
    octopus_spans_slow_total: {
      type: 'counter',
      unit: 'none',
      help: `Spans that took ${SLOW_SECONDS} s and longer and did not fail, by scope and kind.`,
      by: BY,
      where: { outcome: ['slow'] },
    },
  },
  rollup: { windowMs: 60_000, by: ['scope', 'kind', 'outcome'], of: { duration_seconds: BUCKETS } },
  seriesLimit: 100,
});
