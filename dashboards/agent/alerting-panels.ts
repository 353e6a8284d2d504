import { heading, timeSeries, type Panel } from '../grafana/panel.ts';
import { promql } from '../grafana/prometheus-query.ts';
import { gauge, grown, quantile } from './own-metric.ts';

/** Rules, notifications and heals. */
export const alertingPanels: readonly Panel[] = [
  heading('Alerting'),
  timeSeries({
    title: 'Time of a round of rules',
    description: '99 of 100 evaluations of a group took no longer.',
    unit: 's',
    width: 8,
    queries: [promql(quantile(0.99, 'octowatch_rule_group_seconds', ['group']), '{{instance}} {{group}}')],
  }),
  timeSeries({
    title: 'Rules with problems',
    description: 'Evaluations that failed, and rules that do not parse or look doubtful.',
    unit: 'short',
    width: 8,
    draw: 'bars',
    queries: [
      promql(
        `sum by (instance, group) (increase(octowatch_rule_evaluations_total{instance=~"$instance", outcome="error"}[$__rate_interval]))`,
        '{{instance}} {{group}} failed',
      ),
      promql(gauge('octowatch_rule_problems'), '{{instance}} {{kind}}'),
    ],
  }),
  timeSeries({
    title: 'Alerts',
    description: 'Alerts by state.',
    unit: 'none',
    width: 8,
    queries: [promql(gauge('octowatch_alerts'), '{{instance}} {{state}}')],
  }),
  timeSeries({
    title: 'Notifications',
    description: 'Notifications by receiver and outcome.',
    unit: 'short',
    width: 12,
    draw: 'bars',
    queries: [
      promql(
        grown('octowatch_notifications_total', ['receiver', 'outcome']),
        '{{instance}} {{receiver}} {{outcome}}',
      ),
    ],
  }),
  timeSeries({
    title: 'Notifications in trouble',
    description:
      'Told to somebody else, given up, or arrived without a part: a template, a title, an address.',
    unit: 'short',
    width: 12,
    draw: 'bars',
    queries: [
      promql(
        grown('octowatch_notification_fallbacks_total', ['receiver']),
        '{{instance}} {{receiver}} told to the fallback',
      ),
      promql(grown('octowatch_notifications_lost_total', ['receiver']), '{{instance}} {{receiver}} given up'),
      promql(
        grown('octowatch_notification_part_failures_total', ['kind', 'reason']),
        '{{instance}} {{kind}} {{reason}}',
      ),
    ],
  }),
  timeSeries({
    title: 'Page budget left',
    description: 'Pages left of the budget of each team; below 0 it is broken.',
    unit: 'none',
    width: 12,
    queries: [promql(gauge('octowatch_page_budget_left'), '{{instance}} {{team}} {{span}}')],
  }),
  timeSeries({
    title: 'Heals',
    description: 'Heals by remedy and how they ended.',
    unit: 'short',
    width: 12,
    draw: 'bars',
    queries: [
      promql(grown('octowatch_heals_total', ['remedy', 'outcome']), '{{instance}} {{remedy}} {{outcome}}'),
    ],
  }),
];
