import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createAws } from '../../../collectors/aws/index.ts';
import type { AwsClient } from '../../../src/aws/client.ts';
import type { Target } from '../../../src/collect/contract.ts';
import { fleetOf } from '../../../src/collect/fleet-of.ts';
import { pollOnce } from '../../../src/collect/poll-once.ts';
import { configSchema } from '../../../src/config/schema.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import type { Point } from '../../../src/model/point.ts';
import { NO_METRICS } from '../../../src/model/self-metrics.ts';
import { systemClock } from '../../../src/system/system-clock.ts';
import { recordedLog } from '../../contract/recorded-log.ts';
import { accountsAt, clientsOf } from './accounts.ts';
import { skipWithoutPython, startMoto, type Moto } from './moto.ts';

const IMAGE = 'ami-12c6146b';
const INSTALL = { timeout: 6 * 60_000 };
const MINUTE = 60_000;
const PLACE = 'main/eu-west-1';
const SIGNAL = new AbortController().signal;

const settings = { ...configSchema.parse({}).collectors.aws, tenant_tag: 'octopus-tenant' };
const FLEET: readonly Target[] = ['acme', 'zenith'].map((tenant) => ({
  tenant,
  info: { database_server: 'sql-7' },
  files: {},
  timeZone: 'UTC',
}));

let moto: Moto;
let clients: ReturnType<typeof clientsOf>;
let aws: AwsClient;

/** One poll, its clock so far ahead of the machine's. */
async function poll(
  name: string,
  { state = null, aheadMs = 0, place = PLACE }: { state?: JsonValue; aheadMs?: number; place?: string } = {},
): Promise<{ points: readonly Point[]; state: JsonValue }> {
  const polls = createAws({ aws: clients, settings: () => ({ aws: settings }) });
  const collector = polls.find((one) => one.name === name);
  assert.ok(collector);
  const target = {
    tenant: '',
    place: { kind: 'aws', name: place },
    info: {},
    files: {},
    timeZone: 'UTC',
  } as const;
  const result = await pollOnce(
    collector,
    target,
    {
      clock: { ...systemClock, now: () => Date.now() + aheadMs },
      log: recordedLog().log,
      metrics: NO_METRICS,
      state,
      deadlineMs: 60_000,
      fleet: fleetOf(() => FLEET),
      isSource: () => true,
    },
    SIGNAL,
  );
  assert.equal(result.failure?.message, undefined);
  return result;
}

function valuesOf(points: readonly Point[]): Record<string, unknown> {
  return Object.assign({}, ...points.map(({ values }) => values)) as Record<string, unknown>;
}

async function run(
  count: number,
  options: Parameters<typeof aws.call<'ec2:RunInstances'>>[1] | object = {},
): Promise<string[]> {
  const { Instances = [] } = await aws.call(
    'ec2:RunInstances',
    { ImageId: IMAGE, InstanceType: 't2.medium', MinCount: count, MaxCount: count, ...options },
    SIGNAL,
  );
  return Instances.flatMap(({ InstanceId }) => InstanceId ?? []);
}

/** Terminated for so long that EC2 shows them no more. */
async function terminateLongAgo(ids: string[]): Promise<void> {
  await aws.call('ec2:CreateTags', { Resources: ids, Tags: [{ Key: 'gone', Value: '' }] }, SIGNAL);
  await aws.call('ec2:TerminateInstances', { InstanceIds: ids }, SIGNAL);
}

async function restart(InstanceIds: string[]): Promise<void> {
  // CloudTrail's times are whole seconds, and no instance starts twice in one
  await delay(1100);
  await aws.call('ec2:StopInstances', { InstanceIds }, SIGNAL);
  await aws.call('ec2:StartInstances', { InstanceIds }, SIGNAL);
}

async function putMetric(
  namespace: string,
  dimension: readonly [string, string],
  values: Readonly<Record<string, number>>,
  at = Date.now() - 2 * MINUTE,
): Promise<void> {
  const Dimensions = [{ Name: dimension[0], Value: dimension[1] }];
  const MetricData = Object.entries(values).map(([MetricName, Value]) => ({
    MetricName,
    Dimensions,
    Timestamp: new Date(at),
    Value,
  }));
  await aws.call('cloudwatch:PutMetricData', { Namespace: namespace, MetricData }, SIGNAL);
}

describe('machines, launches and databases of moto', { skip: skipWithoutPython() }, () => {
  before(async () => {
    moto = await startMoto();
    clients = clientsOf(accountsAt(moto.url));
    aws = clients.at(PLACE);
  }, INSTALL);
  after(async () => {
    clients.close();
    await moto.stop();
  });

  test('130 launches, some terminated, some started again, are counted exactly', async () => {
    const first = await poll('aws/launches');
    assert.equal(valuesOf(first.points)['aws_t2_launches'], 0);
    const ids = await run(100);
    for (let i = 0; i < 30; i++) ids.push(...(await run(1)));
    await run(5, { InstanceType: 'm5.large' });
    await run(4, { CreditSpecification: { CpuCredits: 'unlimited' } });
    const seen = await poll('aws/launches', first);
    assert.equal(valuesOf(seen.points)['aws_t2_launches'], 130);

    await terminateLongAgo(ids.slice(0, 3));
    await terminateLongAgo(await run(6));
    await restart(ids.slice(10, 12));
    await restart(ids.slice(10, 12));
    const InstanceCreditSpecifications = [{ InstanceId: ids[20], CpuCredits: 'unlimited' }];
    await aws.call('ec2:ModifyInstanceCreditSpecification', { InstanceCreditSpecifications }, SIGNAL);
    const blind = await poll('aws/launches', seen);
    assert.equal(valuesOf(blind.points)['aws_t2_launches'], 132, 'EC2 alone shows the last start of each');

    for (const state of [blind.state, null]) {
      const { points } = await poll('aws/launches', { state, aheadMs: 11 * MINUTE });
      const values = valuesOf(points);
      assert.equal(values['aws_t2_launches'], 130 + 6 + 4, state === null ? 'a new agent' : 'the old one');
      assert.equal(values['cloud_quota_used'], 100);
      assert.equal(values['aws_t2_launches_without_credits'], 40);
    }
  });

  test('the first credit balance of a launch teaches the limit of the account', async () => {
    aws = clients.at('main/us-east-1');
    const place = 'main/us-east-1';
    const at = Date.now() + 2 * MINUTE;
    for (const id of await run(20))
      await putMetric('AWS/EC2', ['InstanceId', id], { CPUCreditBalance: 57 }, at);
    await delay(1100);
    for (const id of await run(2))
      await putMetric('AWS/EC2', ['InstanceId', id], { CPUCreditBalance: 1.6 }, at);
    const values = valuesOf((await poll('aws/launches', { place, aheadMs: 15 * MINUTE })).points);
    assert.deepEqual(
      [values['cloud_quota_limit'], values['cloud_quota_used'], values['aws_t2_launches_without_credits']],
      [20, 20, 2],
    );
    assert.equal(values['aws_t2_launch_limit_learned'], 1);
    aws = clients.at(PLACE);
  });

  test('machines belong to the tenants of their tags, with state and credits', async () => {
    const TagSpecifications = [
      { ResourceType: 'instance' as const, Tags: [{ Key: 'octopus-tenant', Value: 'acme' }] },
    ];
    const [id = ''] = await run(1, { TagSpecifications });
    await putMetric('AWS/EC2', ['InstanceId', id], { CPUCreditBalance: 12, CPUUtilization: 80 });
    const { points } = await poll('aws/ec2');
    const mine = points.filter(({ tenant }) => tenant === 'acme');
    assert.deepEqual(new Set(mine.map(({ dimensions }) => dimensions['instance_id'])), new Set([id]));
    assert.equal(valuesOf(mine)['aws_ec2_running'], 1);
    assert.equal(valuesOf(mine)['aws_ec2_status_check_failed_system'], 0);
    const credits = (await poll('aws/ec2-credits')).points;
    assert.ok(credits.length > 100);
    const values = valuesOf(credits.filter(({ tenant }) => tenant === 'acme'));
    assert.equal(values['aws_ec2_cpu_credit_balance'], 12);
    // 12 credits at 96 spent and 24 earned an hour
    assert.equal(values['aws_ec2_cpu_credits_empty_seconds'], 600);
    const unlimited = credits.filter((point) => point.values['aws_ec2_cpu_credits_unlimited'] === 1);
    assert.equal(unlimited.length, 5);
  });

  test('a database server has its load and the number of its tenants', async () => {
    await aws.call(
      'rds:CreateDBInstance',
      {
        DBInstanceIdentifier: 'sql-7',
        DBInstanceClass: 'db.m5.large',
        Engine: 'sqlserver-se',
        AllocatedStorage: 200,
        MasterUsername: 'octopus',
        MasterUserPassword: 'synthetic-1',
      },
      SIGNAL,
    );
    await putMetric('AWS/RDS', ['DBInstanceIdentifier', 'sql-7'], {
      CPUUtilization: 91,
      FreeStorageSpace: 4e9,
      DatabaseConnections: 610,
    });
    const { points } = await poll('aws/rds');
    const values = valuesOf(points);
    assert.deepEqual(
      points.map(({ dimensions }) => dimensions['database_server']),
      ['sql-7', 'sql-7'],
    );
    assert.equal(values['aws_rds_up'], 1);
    assert.equal(values['aws_rds_tenants'], 2);
    assert.equal(values['aws_rds_storage_allocated_bytes'], 200 * 2 ** 30);
    assert.equal(values['aws_rds_storage_free_bytes'], 4e9);
    assert.equal(values['aws_rds_cpu_utilization_ratio'], 0.91);
    assert.equal(values['aws_rds_read_latency_seconds'], undefined);
  });
});
