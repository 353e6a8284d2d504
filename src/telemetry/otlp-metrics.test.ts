import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { createPrometheusMetrics } from '../web/prometheus-metrics.ts';
import { toMetricData } from './otlp-metrics.ts';

const counted = { since: 1_000_500, until: 2_000_000 };

test('counters are monotonic sums since the start, gauges are values, units are told', async () => {
  const metrics = createPrometheusMetrics();
  metrics.increment('octowatch_polls_total', { collector: 'c', outcome: 'ok' }, 3);
  metrics.set('octowatch_spool_pending_bytes', 77);
  const data = toMetricData(await metrics.families(), counted);
  const polls = data.find(({ descriptor }) => descriptor.name === 'octowatch_polls_total');
  assert.equal(polls?.dataPointType, DataPointType.SUM);
  assert.equal(polls?.dataPointType === DataPointType.SUM && polls.isMonotonic, true);
  assert.deepEqual(polls?.dataPoints, [
    {
      startTime: [1000, 500_000_000],
      endTime: [2000, 0],
      attributes: { collector: 'c', outcome: 'ok' },
      value: 3,
    },
  ]);
  const pending = data.find(({ descriptor }) => descriptor.name === 'octowatch_spool_pending_bytes');
  assert.equal(pending?.dataPointType, DataPointType.GAUGE);
  assert.equal(pending?.descriptor.unit, 'By');
  assert.equal(pending?.dataPoints[0]?.value, 77);
});

test('a histogram has the counts of each bucket alone, one point for each set of labels', async () => {
  const metrics = createPrometheusMetrics();
  for (const seconds of [0.0005, 0.003, 0.004, 0.3, 99])
    metrics.observe('octowatch_rule_group_seconds', seconds, { group: 'a' });
  metrics.observe('octowatch_rule_group_seconds', 2, { group: 'b' });
  const data = toMetricData(await metrics.families(), counted);
  const rules = data.find(({ descriptor }) => descriptor.name === 'octowatch_rule_group_seconds');
  assert.equal(rules?.dataPointType, DataPointType.HISTOGRAM);
  const points = rules.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
  const boundaries = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30];
  assert.deepEqual(points, [
    {
      attributes: { group: 'a' },
      value: { buckets: { boundaries, counts: [1, 2, 0, 0, 1, 0, 0, 0, 1] }, sum: 99.3075, count: 5 },
    },
    {
      attributes: { group: 'b' },
      value: { buckets: { boundaries, counts: [0, 0, 0, 0, 0, 0, 1, 0, 0] }, sum: 2, count: 1 },
    },
  ]);
});

test('what was never counted is not sent', async () => {
  const data = toMetricData(await createPrometheusMetrics().families(), counted);
  const names = data.map(({ descriptor }) => descriptor.name);
  assert.ok(names.includes('octowatch_spool_frames_total'));
  assert.ok(!names.includes('octowatch_polls_total'));
});
