import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { AwsClient } from '../../../src/aws/client.ts';
import { accountsAt, clientsOf } from './accounts.ts';
import { skipWithoutPython, startMoto, type Moto } from './moto.ts';
import { pollPlace } from './polls.ts';

const INSTALL = { timeout: 6 * 60_000 };
const POLICY = readFileSync(new URL('../../../deploy/aws/policy.json', import.meta.url), 'utf8');

/** moto judges these as IAM does; it does not know Storage Gateway. */
const JUDGED = [
  'aws/service-quotas',
  'aws/ec2-quotas',
  'aws/ebs-quotas',
  'aws/vpc',
  'aws/network',
  'aws/rds-quotas',
  'aws/elb',
  'aws/acm',
  'aws/cloudformation',
  'aws/iam',
  'aws/route53',
];

let moto: Moto;
let root: ReturnType<typeof clientsOf>;

describe('permissions', { skip: skipWithoutPython() }, () => {
  before(async () => {
    moto = await startMoto();
    root = clientsOf(accountsAt(moto.url));
  }, INSTALL);
  after(async () => {
    root.close();
    await moto.stop();
  });

  test('the policy that ships is enough for every poll', async () => {
    const clients = await userWith(POLICY, 'octowatch');
    await judging(moto, async () => {
      for (const place of ['main/eu-west-1', 'main/global'])
        for (const [name, { failure }] of await pollPlace(clients, place, { only: JUDGED }))
          assert.equal(failure, undefined, `${name}: ${failure?.message}`);
    });
    clients.close();
  });

  test('an account without a permission fails one poll alone, and the failure names the action', async () => {
    const clients = await userWith(POLICY.replace('"ec2:DescribeVolumes",', ''), 'partly');
    await judging(moto, async () => {
      const results = await pollPlace(clients, 'main/eu-west-1', { only: JUDGED });
      const failed = [...results].filter(([, { failure }]) => failure !== undefined);
      assert.deepEqual(
        failed.map(([name, { failure }]) => [name, failure?.reason]),
        [['aws/ebs-quotas', 'forbidden']],
      );
      assert.match(
        failed[0]?.[1].failure?.message ?? '',
        /^AWS main\/eu-west-1 ec2:DescribeVolumes: not allowed: add ec2:DescribeVolumes to the policy/,
      );
    });
    clients.close();
  });
});

/** Clients with the key of a user who has this policy alone. */
async function userWith(policy: string, name: string): Promise<ReturnType<typeof clientsOf>> {
  const iam: AwsClient = root.at('main/global');
  const signal = AbortSignal.timeout(30_000);
  await iam.call('iam:CreateUser', { UserName: name }, signal);
  await iam.call(
    'iam:PutUserPolicy',
    { UserName: name, PolicyName: 'octowatch', PolicyDocument: policy },
    signal,
  );
  const { AccessKey } = await iam.call('iam:CreateAccessKey', { UserName: name }, signal);
  assert.ok(AccessKey?.AccessKeyId !== undefined && AccessKey.SecretAccessKey !== undefined);
  const key = { access_key_id: AccessKey.AccessKeyId, secret_access_key: AccessKey.SecretAccessKey };
  return clientsOf(accountsAt(moto.url).map((account) => ({ ...account, ...key })));
}

/** moto asks for permissions meanwhile. */
async function judging({ url }: Moto, work: () => Promise<void>): Promise<void> {
  const judge = (from: string): Promise<unknown> =>
    fetch(`${url}/moto-api/reset-auth`, {
      method: 'POST',
      body: from,
      headers: { 'content-type': 'text/plain' },
    });
  await judge('0');
  try {
    await work();
  } finally {
    await judge('1000000');
  }
}
