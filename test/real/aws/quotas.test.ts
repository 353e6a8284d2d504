import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AwsClient } from '../../../src/aws/client.ts';
import type { Target } from '../../../src/collect/contract.ts';
import { Failure } from '../../../src/model/failure.ts';
import { accountsAt, clientsOf } from './accounts.ts';
import { skipWithoutPython, startMoto, type Moto } from './moto.ts';
import { pollPlace, quotasOf } from './polls.ts';

const IMAGE = 'ami-12c6146b';
const INSTALL = { timeout: 6 * 60_000 };

/** Polls of limits and usage of a region. */
const REGIONAL = [
  'aws/service-quotas',
  'aws/ec2-quotas',
  'aws/ebs-quotas',
  'aws/vpc',
  'aws/network',
  'aws/rds-quotas',
  'aws/storage-gateway',
  'aws/elb',
  'aws/acm',
  'aws/cloudformation',
];

let moto: Moto;
let clients: ReturnType<typeof clientsOf>;

describe('limits and usage of moto', { skip: skipWithoutPython() }, () => {
  before(async () => {
    moto = await startMoto();
    clients = clientsOf(accountsAt(moto.url));
    await fill(clients.at('main/eu-west-1'));
    await launch(clients.at('main/us-east-1'), 'm5.large', 3);
    await launch(clients.at('trials/eu-west-1'), 'm5.xlarge', 2);
  }, INSTALL);
  after(async () => {
    clients.close();
    await moto.stop();
  });

  test('500 instances are counted over all pages, by vCPU, and take their addresses of the subnet', async () => {
    const results = await pollPlace(clients, 'main/eu-west-1', { fleet: FLEET, only: REGIONAL });
    const failures = [...results.values()].flatMap(({ failure }) => failure?.message ?? []);
    assert.deepEqual(failures, []);
    const quotas = quotasOf(results);
    assert.deepEqual(quotas['ec2_standard_vcpus'], [2048, 1000]);
    assert.deepEqual(quotas['subnet_addresses tenants-a'], [4091, 500]);
    assert.deepEqual(quotas['vpc_elastic_ips'], [20, 2]);
    assert.deepEqual(quotas['vpcs'], [5, 2]);
    assert.deepEqual(quotas['vpc_subnets tenants'], [200, 1]);
    assert.deepEqual(quotas['vpc_network_interfaces'], [5000, 500]);
    assert.deepEqual(quotas['ebs_gp3_storage_bytes'], [50 * 2 ** 40, 120 * 2 ** 30]);
    assert.deepEqual(quotas['rds_instances'], [40, 2]);
    assert.deepEqual(quotas['rds_license_included_instances sqlserver-se'], [10, 2]);
    assert.deepEqual(quotas['rds_databases sql-1'], [30, 2]);
    assert.deepEqual(quotas['rds_databases sql-2'], [30, 0]);
    assert.deepEqual(quotas['storage_gateway_file_shares files-sgw-1'], [50, 9]);
    assert.deepEqual(quotas['acm_certificates'], [2500, 1]);
    assert.deepEqual(quotas['elb_application_load_balancers'], [20, 0]);
    assert.deepEqual(quotas['cloudformation_stacks'], [2000, 0]);
  });

  test('small pages are followed to the five hundredth instance', async () => {
    const sizes: number[] = [];
    const aws = clients.at('main/eu-west-1');
    for await (const { Reservations = [] } of aws.pages(
      'ec2:DescribeInstances',
      { MaxResults: 5 },
      AbortSignal.timeout(30_000),
    ))
      sizes.push(Reservations.flatMap(({ Instances = [] }) => Instances).length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      500,
    );
    assert.equal(sizes.length, 10, 'moto counts reservations');
  });

  test('each region and each account has its own', async () => {
    const used = async (place: string): Promise<unknown> =>
      quotasOf(await pollPlace(clients, place, { only: ['aws/ec2-quotas'] }))['ec2_standard_vcpus']?.[1];
    assert.equal(await used('main/us-east-1'), 6);
    assert.equal(await used('trials/eu-west-1'), 8);
  });

  test('IAM and Route 53 are asked once for the account', async () => {
    const results = await pollPlace(clients, 'main/global');
    assert.deepEqual([...results.keys()], ['aws/iam', 'aws/route53']);
    const quotas = quotasOf(results);
    assert.deepEqual(quotas['iam_instance_profiles'], [1000, 0]);
    assert.deepEqual(quotas['route53_hosted_zones'], [500, 1]);
    assert.deepEqual(quotas['route53_zone_records octopus.example.'], [10_000, 2]);
  });

  test('a limit that no account was given is marked as assumed, and an open request is told', async () => {
    const name = 'aws/service-quotas';
    const results = await pollPlace(clients, 'main/eu-west-1', { only: [name] });
    const { points } = results.get(name) ?? { points: [] };
    const told = new Map(points.map(({ dimensions, values }) => [dimensions['quota'], values]));
    assert.deepEqual(told.get('ec2_standard_vcpus'), {
      aws_quota_limit_assumed: 0,
      aws_quota_requested_limit: 4096,
      aws_quota_increase_seconds: 259_200,
    });
    assert.equal(told.get('ebs_gp3_storage_bytes')?.['aws_quota_limit_assumed'], 1);
  });

  test('what moto does not know is a server error that names the action: its answer is HTML', async () => {
    const aws = clients.at('main/eu-west-1');
    await assert.rejects(aws.call('ec2:DescribeFpgaImages', {}, AbortSignal.timeout(30_000)), (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.reason, 'server_error');
      assert.match(error.message, /^AWS main\/eu-west-1 ec2:DescribeFpgaImages: status 500/);
      return true;
    });
    const labels = 'place="main/eu-west-1",service="ec2",outcome="server_error"';
    assert.equal(clients.counts.get(`octowatch_aws_requests_total{${labels}}`), 4);
  });
});

const FLEET: readonly Target[] = ['t-1', 't-2'].map((tenant) => ({
  tenant,
  info: { database_server: 'sql-1' },
  files: {},
  timeZone: 'UTC',
}));

/** A region of a fleet with a virtual machine for each tenant. */
async function fill(aws: AwsClient): Promise<void> {
  const signal = AbortSignal.timeout(120_000);
  const name = (resource: string, value: string): Promise<unknown> =>
    aws.call('ec2:CreateTags', { Resources: [resource], Tags: [{ Key: 'Name', Value: value }] }, signal);
  const { Vpc } = await aws.call('ec2:CreateVpc', { CidrBlock: '10.0.0.0/16' }, signal);
  await name(Vpc?.VpcId ?? '', 'tenants');
  const place = { VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/20', AvailabilityZone: 'eu-west-1a' };
  const { Subnet } = await aws.call('ec2:CreateSubnet', place, signal);
  await name(Subnet?.SubnetId ?? '', 'tenants-a');
  for (let round = 0; round < 50; round++) await launch(aws, 't2.medium', 10, Subnet?.SubnetId);
  for (let round = 0; round < 2; round++) await aws.call('ec2:AllocateAddress', { Domain: 'vpc' }, signal);
  const volume = { AvailabilityZone: 'eu-west-1a', Size: 120, VolumeType: 'gp3' } as const;
  await aws.call('ec2:CreateVolume', volume, signal);
  for (const id of ['sql-1', 'sql-2']) await createDatabase(aws, id, signal);
  await aws.call('acm:RequestCertificate', { DomainName: '*.octopus.example' }, signal);
  const zone = { Name: 'octopus.example', CallerReference: 'once' };
  await aws.call('route53:CreateHostedZone', zone, signal);
}

async function createDatabase(aws: AwsClient, id: string, signal: AbortSignal): Promise<void> {
  await aws.call(
    'rds:CreateDBInstance',
    {
      DBInstanceIdentifier: id,
      DBInstanceClass: 'db.m5.xlarge',
      Engine: 'sqlserver-se',
      LicenseModel: 'license-included',
      AllocatedStorage: 200,
      MasterUsername: 'octopus',
      MasterUserPassword: 'example-only',
    },
    signal,
  );
}

async function launch(
  aws: AwsClient,
  type: 't2.medium' | 'm5.large' | 'm5.xlarge',
  count: number,
  subnet?: string,
): Promise<void> {
  const what = { ImageId: IMAGE, InstanceType: type, MinCount: count, MaxCount: count };
  const where = subnet === undefined ? {} : { SubnetId: subnet };
  await aws.call('ec2:RunInstances', { ...what, ...where }, AbortSignal.timeout(60_000));
}
