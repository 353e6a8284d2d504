import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startLoopbackServer, type Answer } from '../../test/contract/loopback-server.ts';
import { awsRequestOf, type AwsRequest } from '../../test/fakes/aws-request.ts';
import { createAwsClients } from '../aws/clients.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Discoverer } from './discoverer.ts';
import { createEc2Discoverer } from './ec2-discoverer.ts';

/** In the shape of the EC2 Query API. */
function instance(id: string, state: string, tags: Readonly<Record<string, string>>): string {
  const items = Object.entries(tags).map(
    ([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`,
  );
  return `<item><instancesSet><item>
    <instanceId>${id}</instanceId><instanceType>t2.medium</instanceType>
    <instanceState><name>${state}</name></instanceState>
    <placement><availabilityZone>eu-west-1b</availabilityZone></placement>
    <privateIpAddress>10.0.0.7</privateIpAddress><privateDnsName/>
    <tagSet>${items.join('')}</tagSet>
  </item></instancesSet></item>`;
}

function page(instances: readonly string[], next = ''): Answer {
  const token = next === '' ? '' : `<nextToken>${next}</nextToken>`;
  return {
    headers: { 'content-type': 'text/xml' },
    text: `<DescribeInstancesResponse><reservationSet>${instances.join('')}</reservationSet>${token}</DescribeInstancesResponse>`,
  };
}

async function scene(
  t: TestContext,
  answer: (request: AwsRequest) => Answer,
): Promise<{ requests: AwsRequest[]; list: () => ReturnType<Discoverer['list']> }> {
  const requests: AwsRequest[] = [];
  const { url } = await startLoopbackServer(t, (received) => {
    requests.push(awsRequestOf(received));
    return answer(awsRequestOf(received));
  });
  const account = {
    name: 'main',
    regions: ['eu-west-1'],
    access_key_id: 'AKIDEXAMPLE',
    secret_access_key: 'secret',
    endpoint: url,
  };
  const aws = createAwsClients({
    clock: systemClock,
    random: () => 0,
    metrics: NO_METRICS,
    accounts: () => [account],
  });
  t.after(() => aws.close());
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
      url: 'http://{private_ip}:8080',
      apiKey: 'API-FLEET',
      info: { region: '{region}', node: '{id}', plan: '{tag.plan}', cluster: '{private_dns}' },
      files: {},
      timeZone: 'UTC',
    },
    client: () => aws.at('main/eu-west-1'),
  });
  return { requests, list: () => list(t.signal) };
}

test('instances with the tag, of all pages; a stopped one is asleep', async (t) => {
  const { requests, list } = await scene(t, ({ input }) =>
    input['NextToken'] === undefined
      ? page([instance('i-1', 'running', { tenant: 'acme', plan: 'gold' })], 'more')
      : page([instance('i-2', 'stopped', { tenant: 'globex' }), instance('i-3', 'running', {})]),
  );
  const { instances, refused } = await list();
  assert.deepEqual(
    instances.map(({ tenant, url, asleep, info }) => [tenant, url, asleep, info]),
    [
      ['acme', 'http://10.0.0.7:8080', false, { region: 'eu-west-1', node: 'i-1', plan: 'gold' }],
      ['globex', 'http://10.0.0.7:8080', true, { region: 'eu-west-1', node: 'i-2' }],
    ],
  );
  assert.deepEqual(refused, [{ what: 'i-3', why: 'it has no tag.tenant' }]);
  const [first] = requests;
  assert.deepEqual([first?.action, requests.length], ['ec2:DescribeInstances', 2]);
  const { 'Filter.2.Name': name, 'Filter.2.Value.1': value } = { ...first?.input };
  assert.deepEqual([name, value], ['tag:role', 'octopus']);
});

test('a missing permission is a failure and no list', async (t) => {
  const { list } = await scene(t, () => ({
    status: 403,
    headers: { 'content-type': 'text/xml' },
    text: '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>',
  }));
  await assert.rejects(list(), { reason: 'forbidden', message: /ec2:DescribeInstances/ });
});
