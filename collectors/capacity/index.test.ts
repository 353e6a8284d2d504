import assert from 'node:assert/strict';
import test from 'node:test';
import type { PollCollector } from '../../src/collect/contract.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import {
  FIXTURE_TIME,
  testPollContract,
  type Condition,
} from '../../test/contract/poll-collector-contract.ts';
import { createCapacity } from './index.ts';
import { capacityDatasets } from './schema.ts';
import { writeQuotas } from './testing/quotas.ts';

const { collectors } = configSchema.parse({});

/** What the collectors of AWS and Kubernetes left in the head. */
function quotas(): SeriesReader {
  const series = new MemorySeries();
  const cluster = { provider: 'kubernetes', account: 'eks-1', region: '' };
  writeQuotas(series, FIXTURE_TIME - 30_000, [
    { quota: 'ec2_standard_vcpus', limit: 1920, used: 1204 },
    { quota: 't2_launch_credits', limit: 100, used: 71 },
    { quota: 'subnet_addresses', resource: 'subnet-0a1', limit: 4091, used: 4017 },
    { quota: 'subnet_addresses', resource: 'subnet-0b2', limit: 4091, used: 512 },
    { quota: 'rds_instances', limit: 40, used: 38 },
    { quota: 'rds_databases', resource: 'sql-7', limit: 30, used: 29 },
    { quota: 'iam_roles', region: '', limit: 1000, used: 412 },
    { ...cluster, quota: 'node_pods', resource: 'node-a', limit: 58, used: 11 },
    { ...cluster, quota: 'node_disks', resource: 'node-a', used: 3 },
  ]);
  return series;
}

/** A head that cannot be read. */
const DAMAGED: SeriesReader = {
  select() {
    throw new Error('not a series');
  },
};

function create(name: string, condition: Condition): PollCollector {
  const series = condition === 'malformed' ? DAMAGED : quotas();
  const found = createCapacity({ series, settings: () => collectors }).find((poll) => poll.name === name);
  assert.ok(found);
  return found;
}

for (const poll of ['tenants-left', 'forecast']) {
  const name = `capacity/${poll}`;
  testPollContract({
    name,
    place: { kind: 'fleet', name: 'fleet' },
    readsMemory: true,
    create: (_, condition) => create(name, condition),
    golden: new URL(`fixtures/golden/${poll}.json`, import.meta.url),
  });
}

test('the polls yield the declared datasets, no more and no fewer', () => {
  const polls = createCapacity({ series: quotas(), settings: () => collectors });
  assert.deepEqual(new Set(polls.flatMap(({ datasets }) => datasets)), new Set(capacityDatasets));
});
