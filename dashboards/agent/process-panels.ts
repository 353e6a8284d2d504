import { heading, timeSeries, type Panel } from '../grafana/panel.ts';
import { promql } from '../grafana/prometheus-query.ts';
import { gauge, grown, perSecond, quantile } from './own-metric.ts';

/** What the process takes, and what broke in it. */
export const processPanels: readonly Panel[] = [
  heading('Process'),
  timeSeries({
    title: 'CPU',
    description: 'Cores in use.',
    unit: 'short',
    width: 8,
    queries: [promql(perSecond('process_cpu_seconds_total'), '{{instance}}')],
  }),
  timeSeries({
    title: 'Memory',
    description: 'Resident memory, and the parts of it that Node counts.',
    unit: 'bytes',
    width: 8,
    queries: [
      promql(gauge('process_resident_memory_bytes'), '{{instance}} resident'),
      promql(gauge('nodejs_heap_size_used_bytes'), '{{instance}} heap'),
      promql(gauge('nodejs_external_memory_bytes'), '{{instance}} buffers'),
    ],
  }),
  timeSeries({
    title: 'Event loop',
    description: 'In 99 of 100 seconds nothing waited longer.',
    unit: 's',
    width: 8,
    queries: [promql(quantile(0.99, 'octowatch_event_loop_lag_seconds'), '{{instance}}')],
  }),
  timeSeries({
    title: 'Open files',
    description: 'Files and sockets.',
    unit: 'short',
    width: 8,
    queries: [promql(gauge('process_open_fds'), '{{instance}}')],
  }),
  timeSeries({
    title: 'Failures inside',
    description:
      'Parts that were started again, and work on the journal, the head log and history that failed.',
    unit: 'short',
    width: 8,
    draw: 'bars',
    queries: [
      promql(grown('octowatch_part_failures_total', ['part']), '{{instance}} {{part}}'),
      promql(grown('octowatch_journal_failures_total', ['journal']), '{{instance}} journal of {{journal}}'),
      promql(grown('octowatch_head_log_failures_total'), '{{instance}} head log'),
      promql(grown('octowatch_history_failures_total', ['operation']), '{{instance}} history {{operation}}'),
    ],
  }),
  timeSeries({
    title: 'Starts and versions',
    description: 'How long the process runs; the name tells version and role.',
    unit: 's',
    width: 8,
    queries: [
      promql(
        `(time() - ${gauge('process_start_time_seconds')}) * on (instance) group_left (version, role) ${gauge('octowatch_build_info')}`,
        '{{instance}} {{version}} {{role}}',
      ),
    ],
  }),
];
