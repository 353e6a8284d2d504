import { COLOR, stat, timeSeries, type Panel } from '../grafana/panel.ts';
import { promql } from '../grafana/prometheus-query.ts';
import { gauge, perSecond } from './own-metric.ts';

/** Whether everything is accounted for and on its way. */
export const overviewPanels: readonly Panel[] = [
  stat({
    title: 'Agents',
    description: 'Agents that Prometheus scrapes.',
    unit: 'none',
    width: 6,
    calc: 'lastNotNull',
    queries: [promql(`count(${gauge('octowatch_build_info')})`, '')],
  }),
  stat({
    title: 'Unaccounted documents',
    description: 'Documents read that the ledger does not account for; anything but 0 is a defect.',
    unit: 'none',
    width: 6,
    calc: 'lastNotNull',
    thresholds: [{ color: COLOR.quiet }, { from: 1, color: COLOR.down }],
    queries: [promql(`sum(abs(${gauge('octowatch_ledger_imbalance')}))`, '')],
  }),
  stat({
    title: 'Fullest spool',
    description: 'What waits for the store, as a share of what the spool may hold.',
    unit: 'percentunit',
    width: 6,
    calc: 'lastNotNull',
    thresholds: [
      { color: COLOR.quiet },
      { from: 0.5, color: COLOR.degraded },
      { from: 0.9, color: COLOR.down },
    ],
    queries: [
      promql(`max(${gauge('octowatch_spool_pending_bytes')} / ${gauge('octowatch_spool_limit_bytes')})`, ''),
    ],
  }),
  stat({
    title: 'Firing alerts',
    description: 'Alerts that fire, whatever they are about.',
    unit: 'none',
    width: 6,
    calc: 'lastNotNull',
    queries: [promql(`sum(${gauge('octowatch_alerts', 'state="firing"')})`, '')],
  }),
  timeSeries({
    title: 'Documents by what became of them',
    description: 'The ledger since the spool was made; the sum is what was read.',
    unit: 'short',
    width: 12,
    queries: [promql(gauge('octowatch_ledger_documents', 'outcome!="read"'), '{{instance}} {{outcome}}')],
  }),
  timeSeries({
    title: 'Documents at the store',
    description: 'Documents a second by what the store said: delivered, refused for good, refused for now.',
    unit: 'cps',
    width: 12,
    queries: [promql(perSecond('octowatch_store_documents_total', ['outcome']), '{{instance}} {{outcome}}')],
  }),
];
