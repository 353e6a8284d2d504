import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AwsClient } from '../../../src/aws/client.ts';
import { createEc2Discoverer } from '../../../src/fleet/ec2-discoverer.ts';
import { accountsAt, clientsOf } from './accounts.ts';
import { skipWithoutPython, startMoto, type Moto } from './moto.ts';

const IMAGE = 'ami-12c6146b';
const INSTALL = { timeout: 20 * 60_000 };
const PLACE = 'main/eu-west-1';

describe('discovery by the tags of EC2 instances', { skip: skipWithoutPython() }, () => {
  let moto: Moto;
  let clients: ReturnType<typeof clientsOf>;
  let aws: AwsClient;

  before(async () => {
    moto = await startMoto();
    clients = clientsOf(accountsAt(moto.url));
    aws = clients.at(PLACE);
  }, INSTALL);
  after(async () => {
    clients?.close();
    await moto?.stop();
  });

  async function launch(tags: Readonly<Record<string, string>>): Promise<string> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const TagSpecifications = [{ ResourceType: 'instance' as const, Tags }];
    const request = { ImageId: IMAGE, MinCount: 1, MaxCount: 1, TagSpecifications };
    const { Instances = [] } = await aws.call('ec2:RunInstances', request, AbortSignal.timeout(10_000));
    return Instances[0]?.InstanceId ?? assert.fail('nothing was launched');
  }

  test('instances come, fall asleep when they are stopped, and go', async () => {
    const { list } = createEc2Discoverer({
      name: 'v1',
      settings: '',
      intervalMs: 60_000,
      timeoutMs: 10_000,
      account: 'main',
      region: 'eu-west-1',
      tags: { role: 'octopus' },
      template: {
        tenant: '{tag.tenant}',
        url: 'http://{private_ip}',
        apiKey: 'API-FLEET',
        info: { node: '{id}', region: '{region}', zone: '{zone}' },
        files: {},
        timeZone: 'UTC',
      },
      client: () => clients.at(PLACE),
    });
    const seen = async (): Promise<string[]> => {
      const { instances } = await list(AbortSignal.timeout(10_000));
      return instances.map(({ tenant, asleep }) => `${tenant} ${asleep ? 'asleep' : 'awake'}`).toSorted();
    };

    const acme = await launch({ role: 'octopus', tenant: 'acme' });
    const globex = await launch({ role: 'octopus', tenant: 'globex' });
    await launch({ role: 'bastion', tenant: 'nobody' });
    const { instances } = await list(AbortSignal.timeout(10_000));
    const nodes = Object.fromEntries(instances.map(({ tenant, info }) => [tenant, info['node']]));
    assert.deepEqual(nodes, { acme, globex });
    assert.equal(instances[0]?.info['region'], 'eu-west-1');
    assert.match(instances[0]?.url ?? '', /^http:\/\/\d+\.\d+\.\d+\.\d+$/);

    const signal = AbortSignal.timeout(10_000);
    await aws.call('ec2:StopInstances', { InstanceIds: [globex] }, signal);
    assert.deepEqual(await seen(), ['acme awake', 'globex asleep']);
    await aws.call('ec2:TerminateInstances', { InstanceIds: [acme] }, signal);
    assert.deepEqual(await seen(), ['globex asleep']);
  });
});
