import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAwsClients } from '../../src/aws/clients.ts';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { configSchema } from '../../src/config/schema.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import { inertDeps } from '../../test/contract/inert-deps.ts';
import {
  FIXTURE_TIME,
  testPollContract,
  type Condition,
  type Surroundings,
} from '../../test/contract/poll-collector-contract.ts';
import { costExplorerPage } from './fixtures/cost-explorer.ts';
import { createCost } from './index.ts';
import { costDatasets } from './schema.ts';
import { container, node, write } from './testing/samples.ts';

const FLEET = { kind: 'fleet', name: 'fleet' } as const;

const COST = {
  prices: {
    vcpu_hour: 0.04,
    gib_hour: 0.005,
    instance_types: { 't2.medium': 0.0464 },
    database_servers: { 'sql-7': 0.9 },
    overhead_month: 300,
  },
};

/** What the collectors of AWS and Kubernetes left in the head. */
function samples(): MemorySeries {
  const series = new MemorySeries();
  write(series, FIXTURE_TIME - 30_000, {
    ...container('acme', { cpu: 0.5, gib: 1, usedCpu: 0.7 }),
    ...node(4, 16),
    'aws_ec2_info|tenant=globex,instance_id=i-1,instance_type=t2.medium,instance_state=running': 1,
    'aws_ec2_info|instance_id=i-2,instance_type=m5.large,instance_state=running': 1,
    'octopus_activity_class_info|tenant=globex,class=dormant': 1,
  });
  return series;
}

const GLOBEX: Target = { tenant: 'globex', info: { database_server: 'sql-7' }, files: {}, timeZone: 'UTC' };

/** A head that cannot be read. */
const DAMAGED = {
  select() {
    throw new Error('not a series');
  },
};

function pollOf(name: string, cost: object, more: object = {}): PollCollector {
  const { collectors } = configSchema.parse({ collectors: { cost } });
  const polls = createCost({ ...inertDeps(), series: samples(), settings: () => collectors, ...more });
  const found = polls.find((poll) => poll.name === name);
  assert.ok(found);
  return found;
}

testPollContract({
  name: 'cost/tenants',
  place: FLEET,
  fleet: [GLOBEX],
  readsMemory: true,
  create: (_, condition: Condition) =>
    pollOf('cost/tenants', COST, condition === 'malformed' ? { series: DAMAGED } : {}),
  golden: new URL('fixtures/golden/tenants.json', import.meta.url),
});

testPollContract({
  name: 'cost/days',
  place: FLEET,
  readsMemory: true,
  create: (_, condition: Condition) => {
    const { collectors } = configSchema.parse({ collectors: { cost: COST } });
    const settings = (): typeof collectors => {
      if (condition === 'malformed') throw new Error('no settings');
      return collectors;
    };
    return pollOf('cost/days', COST, { settings });
  },
  golden: new URL('fixtures/golden/days.json', import.meta.url),
});

testPollContract({
  name: 'cost/bill',
  place: FLEET,
  answer: ({ body }) => costExplorerPage(body),
  create: ({ url, clock, metrics }: Surroundings) => {
    const account = { name: 'main', regions: ['eu-west-1'], endpoint: url };
    const keys = { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'secret' };
    const aws = createAwsClients({
      clock,
      metrics,
      random: () => 0,
      accounts: () => [{ ...account, ...keys }],
    });
    return pollOf('cost/bill', { bill: { cost_explorer: { account: 'main', tag: 'tenant' } } }, { aws });
  },
  golden: new URL('fixtures/golden/bill.json', import.meta.url),
});

test('the polls yield the declared datasets, no more and no fewer', () => {
  const { collectors } = configSchema.parse({});
  const polls = createCost({ ...inertDeps(), settings: () => collectors });
  assert.deepEqual(new Set(polls.flatMap(({ datasets }) => datasets)), new Set(costDatasets));
});
