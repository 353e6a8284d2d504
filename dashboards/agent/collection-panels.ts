import { heading, timeSeries, type Panel } from '../grafana/panel.ts';
import { promql } from '../grafana/prometheus-query.ts';
import { gauge, grown, perSecond } from './own-metric.ts';

/** What is read: logs, the API, and what of it rules can see. */
export const collectionPanels: readonly Panel[] = [
  heading('Collection'),
  timeSeries({
    title: 'Lines of logs',
    description: 'Lines read a second, by collector and what became of them.',
    unit: 'cps',
    width: 12,
    queries: [
      promql(
        perSecond('octowatch_log_lines_total', ['collector', 'outcome']),
        '{{instance}} {{collector}} {{outcome}}',
      ),
    ],
  }),
  timeSeries({
    title: 'Polls',
    description: 'Polls that ended a second, by outcome.',
    unit: 'cps',
    width: 12,
    queries: [promql(perSecond('octowatch_polls_total', ['outcome']), '{{instance}} {{outcome}}')],
  }),
  timeSeries({
    title: 'Log trouble',
    description: 'Failures to read, events off the clock, and events too late for rules.',
    unit: 'short',
    width: 8,
    draw: 'bars',
    queries: [
      promql(
        grown('octowatch_log_failures_total', ['collector', 'reason']),
        '{{instance}} {{collector}} {{reason}}',
      ),
      promql(grown('octowatch_log_events_skewed_total', ['collector']), '{{instance}} {{collector}} skewed'),
      promql(grown('octowatch_events_late_total', ['dataset']), '{{instance}} {{dataset}} late'),
    ],
  }),
  timeSeries({
    title: 'Bytes destroyed unread',
    description: 'By a writer (copytruncate, deletion), or compressed and corrupt.',
    unit: 'bytes',
    width: 8,
    draw: 'bars',
    queries: [
      promql(grown('octowatch_log_bytes_destroyed_total', ['collector']), '{{instance}} {{collector}}'),
    ],
  }),
  timeSeries({
    title: 'Secrets taken out',
    description: 'Texts of which a secret was taken out before they were stored, by its shape.',
    unit: 'short',
    width: 8,
    draw: 'bars',
    queries: [promql(grown('octowatch_redactions_total', ['shape']), '{{instance}} {{shape}}')],
  }),
  timeSeries({
    title: 'Series in the head',
    description: 'Series that rules can read.',
    unit: 'short',
    width: 12,
    queries: [promql(gauge('octowatch_head_series'), '{{instance}}')],
  }),
  timeSeries({
    title: 'Samples left out',
    description: 'Samples the head refused, and points counted as other because of a limit.',
    unit: 'short',
    width: 12,
    draw: 'bars',
    queries: [
      promql(
        grown('octowatch_head_samples_refused_total', ['dataset', 'reason']),
        '{{instance}} {{dataset}} {{reason}}',
      ),
      promql(grown('octowatch_series_folded_total', ['dataset']), '{{instance}} {{dataset}} folded'),
    ],
  }),
];
