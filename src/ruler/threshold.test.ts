import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseExpression } from '../promql/parser.ts';
import { thresholdOf } from './threshold.ts';

describe('the threshold of a rule', () => {
  const cases: [expression: string, threshold: string | undefined][] = [
    ['queue > 20', '> 20'],
    ['(rate(errors_total[5m]) / rate(all_total[5m])) * 100 >= 5', '>= 5'],
    ['20 < queue', '> 20'],
    ['delta(x[1h]) < -3', '< -3'],
    ['up == 0 unless on (tenant) asleep == 1', '== 0'],
    ['(queue > 5m) and on (tenant) running == 0', '> 300'],
    ['queue > bool 20', undefined],
    ['queue > on (tenant) limit', undefined],
    ['queue > 20 or age > 300', undefined],
    ['vector(1)', undefined],
    ['absent(up)', undefined],
  ];
  for (const [expression, threshold] of cases) {
    test(`${expression}: ${threshold ?? 'none'}`, () => {
      const found = thresholdOf(parseExpression(expression));
      assert.equal(found && `${found.operator} ${found.value}`, threshold);
    });
  }
});

describe('the unit of a threshold', () => {
  const cases: [expression: string, unit: string | undefined][] = [
    ['octopus_task_queue_wait_seconds > 300', 'seconds'],
    ['wait > 5m', 'seconds'],
    ['300 < max by (tenant) (max_over_time(queue_wait_seconds[5m]))', 'seconds'],
    ['tenant:canary_duration_seconds:p90_10m > 1', 'seconds'],
    ['histogram_quantile(0.9, sum by (le) (rate(task_duration_seconds_bucket[5m]))) > 60', 'seconds'],
    ['histogram_quantile(0.9, task_duration_seconds_bucket) > 60', 'seconds'],
    ['time() - last_backup_timestamp_seconds > 86400', 'seconds'],
    ['last_backup_timestamp_seconds > 86400', undefined],
    ['(free_bytes / size_bytes) < 0.1 and on (tenant) up == 1', 'ratio'],
    ['1 - free_ratio > 0.9', 'ratio'],
    ['free_bytes{kind="temp"} - 5 < 1e9', 'bytes'],
    ['predict_linear(free_bytes[1h], 3600) < 0', 'bytes'],
    ['cpu_ratio * on (tenant) group_left (region) octopus_instance_info > 0.9', 'ratio'],
    ['100 * cpu_ratio > 90', undefined],
    ['rate(cpu_seconds_total[5m]) > 0.9', undefined],
    ['tenant:web_request_apdex:ratio_rate10m < 0.85', undefined],
    ['count(queue_wait_seconds) > 3', undefined],
    ['queue_wait_seconds / on (tenant) queue_wait_seconds offset 1d > 3', undefined],
    ['queue > 20', undefined],
    ['absent(queue_wait_seconds) > 0', undefined],
    ['{__name__=~".+_seconds"} > 20', undefined],
  ];
  for (const [expression, unit] of cases)
    test(`${expression}: ${unit ?? 'none'}`, () => {
      const found = thresholdOf(parseExpression(expression)) ?? assert.fail('no threshold');
      assert.equal(found.unit, unit);
    });
});
