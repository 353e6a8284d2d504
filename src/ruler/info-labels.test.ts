import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseExpression } from '../promql/parser.ts';
import { infoLabels } from './info-labels.ts';

const JOIN = 'm * on (tenant) group_left (version, region) octopus_instance_info';

describe('labels that only an info metric gave', () => {
  const cases: [expr: string, ...labels: string[]][] = [
    ['m > 1'],
    ['octopus_instance_info == 1'],
    [JOIN, 'region', 'version'],
    [`(${JOIN}) > 1`, 'region', 'version'],
    [`1 < -(${JOIN})`, 'region', 'version'],
    ['octopus_instance_info * on (tenant) group_right (version) m', 'version'],
    ['m * ignoring (version) group_left (version) octopus_instance_info', 'version'],
    ['m * on (tenant) group_left (queue) other'],
    [`(${JOIN}) and on (tenant) up == 0`, 'region', 'version'],
    [`up == 0 and on (tenant) (${JOIN})`],
    [`(${JOIN}) or m * on (tenant) group_left (version) octopus_instance_info`, 'version'],
    [`(${JOIN}) * on (tenant) group_left (region) other`, 'version'],
    [`(${JOIN}) * on (tenant) other`],
    [`topk(3, ${JOIN})`, 'region', 'version'],
    [`sum by (tenant, version) (${JOIN})`, 'version'],
    [`sum by (version) (${JOIN})`],
    [`sum without (version) (${JOIN})`, 'region'],
    [`sum without (tenant) (${JOIN})`],
    [`sum(${JOIN})`],
    [`max_over_time((${JOIN})[5m:])`, 'region', 'version'],
    [`label_replace(${JOIN}, "version", "x", "region", ".*")`, 'region'],
    [`absent(${JOIN})`],
  ];
  for (const [expr, ...labels] of cases)
    test(expr, () => assert.deepEqual([...infoLabels(parseExpression(expr))].toSorted(), labels));
});
