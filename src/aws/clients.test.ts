import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { startLoopbackServer, type Answer } from '../../test/contract/loopback-server.ts';
import { awsRequestOf, type AwsRequest } from '../../test/fakes/aws-request.ts';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { AwsAccount } from './account.ts';
import type { AwsClient } from './client.ts';
import { createAwsClients, type AwsClients } from './clients.ts';

const NO_VPCS = '<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>';
const PLACE = 'main/eu-west-1';

interface World {
  readonly clients: AwsClients;
  readonly aws: AwsClient;
  readonly requests: AwsRequest[];
  readonly counts: Map<string, number>;
  readonly clock: VirtualClock;
}

/** AWS as `answer` says, asked by an account with a key. */
async function world(
  t: TestContext,
  answer: (request: AwsRequest, count: number) => Answer,
  more: Partial<AwsAccount> = {},
): Promise<World> {
  const requests: AwsRequest[] = [];
  const { url } = await startLoopbackServer(t, (received) => {
    const request = awsRequestOf(received);
    requests.push(request);
    return answer(request, requests.length);
  });
  const clock = new VirtualClock(Date.now());
  const { metrics, counts } = countedMetrics();
  const account = {
    name: 'main',
    regions: ['eu-west-1', 'us-east-1'],
    access_key_id: 'AKIDEXAMPLE',
    secret_access_key: 'secret',
    endpoint: url,
    ...more,
  };
  const clients = createAwsClients({ clock, random: () => 0.5, metrics, accounts: () => [account] });
  t.after(() => clients.close());
  return { clients, aws: clients.at(PLACE), requests, counts, clock };
}

/** Time goes on while requests are on their way. */
async function inTime<T>({ clock }: World, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const done = work.finally(() => over.abort());
  done.catch(() => undefined);
  while (!over.signal.aborted) {
    await clock.advance(100);
    await setImmediate();
  }
  return done;
}

function signal(): AbortSignal {
  return new AbortController().signal;
}

const ANSWERS: readonly [what: string, answer: Answer, reason: string, message: RegExp, tries: number][] = [
  ['throttling', xml('RequestLimitExceeded', 503), 'rate_limited', /ec2:DescribeVpcs/, 4],
  [
    'a missing permission',
    xml('UnauthorizedOperation', 403),
    'forbidden',
    /add ec2:DescribeVpcs to the policy/,
    1,
  ],
  ['an expired token', xml('RequestExpired', 400), 'unauthorized', /check the credentials of the account/, 1],
  ['a wrong key', xml('AuthFailure', 401), 'unauthorized', /AuthFailure/, 1],
  [
    'a page of a proxy for a 500',
    { status: 500, text: '<!doctype html><title>500</title>' },
    'server_error',
    /500/,
    4,
  ],
  ['a 502 that is no XML', { status: 502, text: 'Bad gateway' }, 'server_error', /status 502/, 4],
  ['a 200 that is no XML', { text: '<html>' }, 'malformed', /status 200/, 1],
  ['a bad parameter', xml('InvalidParameterValue', 400), 'rejected', /InvalidParameterValue/, 1],
  ['a region that is switched off', xml('OptInRequired', 401), 'forbidden', /OptInRequired|not allowed/, 1],
];
for (const [what, answer, reason, message, tries] of ANSWERS)
  test(`${what} is ${reason}, asked ${tries} times`, async (t) => {
    const made = await world(t, () => answer);
    const failure = await inTime(made, failed(made.aws));
    assert.equal(failure.reason, reason);
    assert.match(failure.message, message);
    assert.match(failure.message, /^AWS main\/eu-west-1 ec2:DescribeVpcs: /);
    assert.doesNotMatch(failure.message, /secret|\n/);
    assert.equal(made.requests.length, tries);
    const labels = `place="main/eu-west-1",service="ec2",outcome="${reason}"`;
    assert.equal(made.counts.get(`octowatch_aws_requests_total{${labels}}`), tries);
  });

test('a JSON service that throttles is asked again after what it asked for', async (t) => {
  const made = await world(t, (_, count) =>
    count === 1
      ? { status: 400, headers: { 'retry-after': '7' }, json: { __type: 'TooManyRequestsException' } }
      : { json: { Quotas: [{ QuotaCode: 'L-1', Value: 5 }] } },
  );
  const before = made.clock.now();
  const input = { ServiceCode: 'vpc' };
  const { Quotas } = await inTime(made, made.aws.call('servicequotas:ListServiceQuotas', input, signal()));
  assert.deepEqual(Quotas, [{ QuotaCode: 'L-1', Value: 5 }]);
  assert.ok(made.clock.now() - before >= 7000);
});

test('a service that asks for minutes is not waited for', async (t) => {
  const answer = { ...xml('RequestLimitExceeded', 503), headers: { 'retry-after': '300' } };
  const made = await world(t, () => answer);
  const failure = await inTime(made, failed(made.aws));
  assert.equal(failure.retryAfterMs, 300_000);
  assert.equal(made.requests.length, 1);
});

test('whoever asks a service that throttled waits with the others', async (t) => {
  const made = await world(t, (_, count) =>
    count === 1
      ? { ...xml('RequestLimitExceeded', 503), headers: { 'retry-after': '40' } }
      : { text: NO_VPCS },
  );
  const before = made.clock.now();
  await inTime(made, failed(made.aws));
  await inTime(made, made.aws.call('ec2:DescribeVpcs', {}, signal()));
  assert.ok(made.clock.now() - before >= 40_000);
});

test('a silent token service is given up, and asked again by the next call', async (t) => {
  const made = await world(t, () => ({ hang: 'at_once' }), {
    role_arn: 'arn:aws:iam::123456789012:role/octowatch',
  });
  for (const assumed of [1, 2]) {
    const failure = await inTime(made, failed(made.aws, AbortSignal.timeout(20_000)));
    assert.equal(failure.reason, 'timeout');
    await made.clock.advance(30_000);
    assert.ok(made.requests.filter(({ action }) => action === 'sts:AssumeRole').length >= assumed);
  }
});

test('a clock that is off is corrected by what AWS says', async (t) => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  const made = await world(t, (_, count) => {
    const answer = count === 1 ? xml('RequestExpired', 400) : { text: NO_VPCS };
    return { ...answer, headers: { date } };
  });
  assert.deepEqual((await inTime(made, made.aws.call('ec2:DescribeVpcs', {}, signal()))).Vpcs ?? [], []);
  assert.equal(made.requests.length, 2);
});

test('pages are as large as may be and followed to the end', async (t) => {
  const made = await world(t, ({ input }) => {
    const page = Number(input['NextToken'] ?? 1);
    const next = page < 3 ? `<nextToken>${page + 1}</nextToken>` : '<nextToken/>';
    const vpc = `<vpcSet><item><vpcId>vpc-${page}</vpcId></item></vpcSet>`;
    return { text: `<DescribeVpcsResponse>${vpc}${next}</DescribeVpcsResponse>` };
  });
  const ids: (string | undefined)[] = [];
  for await (const { Vpcs = [] } of made.aws.pages('ec2:DescribeVpcs', {}, signal()))
    ids.push(...Vpcs.map(({ VpcId }) => VpcId));
  assert.deepEqual(ids, ['vpc-1', 'vpc-2', 'vpc-3']);
  assert.deepEqual(
    made.requests.map(({ input }) => input['MaxResults']),
    ['1000', '1000', '1000'],
  );
});

test('whatever is answered, it is an answer or a Failure of one line', async (t) => {
  let answer: Answer = {};
  const made = await world(t, () => answer);
  const actions = ['ec2:DescribeVpcs', 'servicequotas:ListServiceQuotas', 'route53:ListHostedZones'] as const;
  const any = fc.tuple(
    fc.constantFrom(...actions),
    fc.integer({ min: 200, max: 599 }),
    fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('<Response><Errors/></Response>', '<a><b></a>', NO_VPCS),
    ),
  );
  const property = fc.asyncProperty(any, async ([action, status, text]) => {
    answer = { status, text };
    await made.clock.advance(600_000);
    const input = { ServiceCode: 'vpc' };
    const said: unknown = await inTime(made, made.aws.call(action, input, signal()).catch(itself));
    if (!(said instanceof Error)) return assert.ok(status < 300);
    assert.ok(said instanceof Failure, String(said));
    assert.match(said.message, /^AWS main\/eu-west-1 \w+:\w+: [^\n]*$/);
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a list that gives the same page for ever ends', async (t) => {
  const text = '<DescribeVpcsResponse><nextToken>again</nextToken></DescribeVpcsResponse>';
  const made = await world(t, () => ({ text }));
  await assert.rejects(async () => {
    for await (const page of made.aws.pages('ec2:DescribeVpcs', {}, signal())) assert.ok(page);
  }, /the same page again/);
});

test('where nothing works, retries end for the whole place', async (t) => {
  const made = await world(t, () => ({ status: 500, text: 'x' }));
  const calls = Array.from({ length: 8 }, () => failed(made.aws));
  await inTime(made, Promise.all(calls));
  assert.ok(made.requests.length <= 8 + 12, `${made.requests.length} requests`);
});

test('a silent service ends with the signal, and with the deadline', async (t) => {
  const made = await world(t, () => ({ hang: 'at_once' }));
  const stop = new AbortController();
  const stopped = failed(made.aws, stop.signal);
  stop.abort(new Failure('aborted', 'stop'));
  assert.equal((await stopped).reason, 'aborted');
  const late = await inTime(made, failed(made.aws));
  assert.equal(late.reason, 'timeout');
});

test('a role is assumed once for all clients of the account, with its external id', async (t) => {
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  const credentials =
    '<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>' +
    `<Expiration>${expiration}</Expiration>`;
  const assumed =
    '<AssumeRoleResponse><AssumeRoleResult>' +
    `<Credentials>${credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  const made = await world(t, ({ action }) => ({ text: action === 'sts:AssumeRole' ? assumed : NO_VPCS }), {
    role_arn: 'arn:aws:iam::123456789012:role/octowatch',
    external_id: 'fleet-7',
  });
  for (const place of [PLACE, 'main/us-east-1'])
    await made.clients.at(place).call('ec2:DescribeVpcs', {}, signal());
  const [assume, ...others] = made.requests;
  assert.equal(assume?.input['ExternalId'], 'fleet-7');
  assert.deepEqual(
    others.map(({ action, region, accessKey }) => [action, region, accessKey]),
    [
      ['ec2:DescribeVpcs', 'eu-west-1', 'ASIAROLE'],
      ['ec2:DescribeVpcs', 'us-east-1', 'ASIAROLE'],
    ],
  );
});

test('a role that may not be assumed is named', async (t) => {
  const made = await world(t, () => xml('AccessDenied', 403), {
    role_arn: 'arn:aws:iam::123456789012:role/octowatch',
  });
  const failure = await inTime(made, failed(made.aws));
  assert.equal(failure.reason, 'forbidden');
  assert.match(failure.message, /sts:AssumeRole of arn:aws:iam::123456789012:role\/octowatch/);
});

test('a place that no account has is refused by name', async (t) => {
  const { clients } = await world(t, () => ({}));
  for (const place of ['main/eu-north-1', 'other/eu-west-1', 'main', ''])
    assert.throws(() => clients.at(place), /no account and region .* in collectors\.aws\.accounts/);
});

function itself(error: unknown): unknown {
  return error;
}

function xml(code: string, status: number): Answer {
  const error = `<Error><Code>${code}</Code><Message>It is so.</Message></Error>`;
  return { status, text: `<Response><Errors>${error}</Errors><RequestID>1</RequestID></Response>` };
}

async function failed(aws: AwsClient, until = signal()): Promise<Failure> {
  try {
    await aws.call('ec2:DescribeVpcs', {}, until);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
