import { heading, timeSeries, type Panel } from '../grafana/panel.ts';
import { promql } from '../grafana/prometheus-query.ts';
import { gauge, grown, perSecond, quantile } from './own-metric.ts';

/** Spool and sender. */
export const deliveryPanels: readonly Panel[] = [
  heading('Delivery'),
  timeSeries({
    title: 'Spool',
    description: 'Bytes that wait for the store, and how many may.',
    unit: 'bytes',
    width: 8,
    queries: [
      promql(gauge('octowatch_spool_pending_bytes'), '{{instance}} waiting'),
      promql(gauge('octowatch_spool_limit_bytes'), '{{instance}} limit'),
    ],
  }),
  timeSeries({
    title: 'Time of a delivery',
    description: 'Half, and 99 of 100 requests to the store took no longer.',
    unit: 's',
    width: 8,
    queries: [
      promql(quantile(0.5, 'octowatch_sender_request_seconds'), '{{instance}} p50'),
      promql(quantile(0.99, 'octowatch_sender_request_seconds'), '{{instance}} p99'),
    ],
  }),
  timeSeries({
    title: 'Requests at a time',
    description: 'Requests the sender may have under way; it finds out what the store bears.',
    unit: 'none',
    width: 8,
    queries: [promql(gauge('octowatch_sender_concurrency'), '{{instance}}')],
  }),
  timeSeries({
    title: 'Failed deliveries',
    description: 'Requests that failed as a whole, by reason; each is tried again.',
    unit: 'cps',
    width: 12,
    draw: 'bars',
    queries: [promql(perSecond('octowatch_store_failures_total', ['reason']), '{{instance}} {{reason}}')],
  }),
  timeSeries({
    title: 'Lost or in doubt',
    description: 'Documents dropped by a full spool, and documents that may be stored twice.',
    unit: 'short',
    width: 12,
    draw: 'bars',
    queries: [
      promql(grown('octowatch_spool_dropped_documents_total'), '{{instance}} dropped'),
      promql(grown('octowatch_store_unknown_total'), '{{instance}} maybe twice'),
    ],
  }),
];
