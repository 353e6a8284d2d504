import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test, type TestContext } from 'node:test';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { PollResult } from '../../src/collect/running-poll.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { Clock } from '../../src/model/ports.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { AZURE_SUBSCRIPTION } from '../../test/fakes/azure-resources.ts';
import { AZURE_PRINCIPAL, createFakeAzure, startFakeAzure } from '../../test/fakes/azure.ts';
import { createAzure } from './index.ts';
import type { AzureSettings } from './settings.ts';
import { snakeCase } from './usage-polls.ts';

const NOW = Date.UTC(2026, 10, 21, 6, 30);
const place = { kind: 'azure', name: 'prod' } as const;
const ROLE = new URL('../../deploy/azure/read-role.json', import.meta.url);

/** The settings of one subscription at an address, as the configuration would have them. */
function settingsOf(url: string, more: object = {}): () => { azure: AzureSettings } {
  const subscription = {
    name: 'prod',
    subscription_id: AZURE_SUBSCRIPTION,
    locations: ['westeurope'],
    ...AZURE_PRINCIPAL,
    endpoint: url,
    authority: url,
    ...more,
  };
  const { collectors } = configSchema.parse({ collectors: { azure: { subscriptions: [subscription] } } });
  return () => collectors;
}

const names = createAzure({
  http: () => Promise.reject(new Error('nothing is asked')),
  clock: new VirtualClock(),
  metrics: countedMetrics().metrics,
  settings: settingsOf('http://127.0.0.1'),
}).map(({ name }) => name);

for (const name of names) {
  const azure = createFakeAzure();
  testPollContract({
    name,
    place,
    create: ({ url, http, clock, metrics }) => {
      const poll = createAzure({ http, clock, metrics, settings: settingsOf(url) }).find(
        (each) => each.name === name,
      );
      assert.ok(poll !== undefined);
      return poll;
    },
    answer: (request) => azure.answer(request),
    golden: new URL(`fixtures/golden/${name.replace('azure/', '')}.json`, import.meta.url),
  });
}

async function setUp(t: TestContext, more: object = {}) {
  const azure = await startFakeAzure(t);
  const { http, close } = createHttp();
  t.after(close);
  const clock = new VirtualClock(NOW);
  const { metrics, counts, gauges } = measured();
  const polls = createAzure({ http, clock, metrics, settings: settingsOf(azure.url, more) });
  function poll(name: string, on: Clock = clock): Promise<PollResult> {
    const collector = polls.find((each) => each.name === name);
    assert.ok(collector !== undefined);
    const options = {
      clock: on,
      log: recordedLog().log,
      metrics,
      state: null,
      deadlineMs: 60_000,
      fleet: NO_FLEET,
      isSource: () => true,
    };
    return pollOnce(
      collector,
      { tenant: '', place, info: {}, files: {}, timeZone: 'UTC' },
      options,
      t.signal,
    );
  }
  return { azure, clock, counts, gauges, polls, poll };
}

function measured() {
  const { metrics, counts } = countedMetrics();
  const gauges = new Map<string, number>();
  return {
    counts,
    gauges,
    metrics: { ...metrics, set: (name: string, value: number) => void gauges.set(name, value) },
  };
}

describe('what Azure asks for', () => {
  test('one token for all polls, and another when it is about to end', async (t) => {
    const { azure, clock, poll } = await setUp(t);
    for (const name of names) assert.equal((await poll(name)).failure, undefined, name);
    assert.equal(azure.tokens.given, 1);
    await clock.advance(55 * 60_000);
    await poll('azure/aks');
    assert.equal(azure.tokens.given, 2);
  });

  test('another one after one that is taken no more', async (t) => {
    const { azure, poll } = await setUp(t);
    await poll('azure/aks');
    azure.endTokens();
    const { failure } = await poll('azure/aks');
    assert.equal(failure?.reason, 'unauthorized');
    assert.equal((await poll('azure/aks')).failure, undefined);
    assert.equal(azure.tokens.given, 2);
  });

  test('a secret that is wrong is refused without a word of it', async (t) => {
    const { poll } = await setUp(t, { client_secret: 'wrong-s3cret-value' });
    const { failure } = await poll('azure/aks');
    assert.equal(failure?.reason, 'unauthorized');
    assert.equal(
      failure.message,
      'Azure gives no token (401, invalid_client): check tenant_id, client_id and client_secret',
    );
  });

  test('all pages, as far as they are on the same host', async (t) => {
    const { azure, poll } = await setUp(t);
    azure.pageSize = 1;
    const { points } = await poll('azure/compute-quotas');
    assert.equal(azure.asked.length, 5);
    assert.deepEqual(
      points.map(({ dimensions }) => dimensions['quota']),
      ['compute_cores', 'compute_virtual_machines', 'compute_standard_dsv3_family'],
    );
    azure.nextLinkHost = 'https://elsewhere.example';
    const { failure } = await poll('azure/compute-quotas');
    assert.equal(failure?.reason, 'malformed');
    assert.match(failure.message, /next page of \S+ is said to be on another host/);
  });

  test('a short pause is waited for', async (t) => {
    const { azure, clock, counts, poll } = await setUp(t);
    azure.throttle(1, '3');
    const polled = poll('azure/storage-quotas');
    while (azure.asked.length < 1) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(azure.asked.length, 1);
    await clock.advance(3000);
    assert.equal((await polled).failure, undefined);
    assert.equal(counts.get('octowatch_azure_requests_total{outcome="4xx"}'), 1);
    assert.equal(counts.get('octowatch_azure_requests_total{outcome="2xx"}'), 1);
  });

  test('a long one fails the poll, and none asks before it is over', async (t) => {
    const { azure, clock, poll } = await setUp(t);
    azure.throttle(1, '30');
    const { failure } = await poll('azure/storage-quotas');
    assert.deepEqual([failure?.reason, failure?.retryAfterMs], ['rate_limited', 30_000]);
    const next = await poll('azure/aks');
    assert.deepEqual([next.failure?.reason, azure.asked.length], ['rate_limited', 1]);
    assert.equal(next.failure?.message, 'Azure asked to wait 30 s more');
    await clock.advance(30_000);
    assert.equal((await poll('azure/aks')).failure, undefined);
  });

  test('who may not read one provider reads the others', async (t) => {
    const { azure, poll } = await setUp(t);
    azure.forbidden.add('Microsoft.Sql');
    const { failure } = await poll('azure/sql-pools');
    assert.equal(failure?.reason, 'forbidden');
    assert.equal(
      failure.message,
      'Azure answered 403 (AuthorizationFailed) to /providers/Microsoft.Sql/servers: give the principal the role in deploy/azure',
    );
    for (const name of names.filter((each) => !each.includes('sql')))
      assert.equal((await poll(name)).failure, undefined, name);
  });

  test('what is left of its reads is told, and no more than five a second are asked', async (t) => {
    const { azure, clock, gauges, poll } = await setUp(t);
    azure.pageSize = 1;
    const rounds = async (): Promise<void> => {
      for (let i = 0; i < 12; i++) await poll('azure/compute-quotas');
    };
    const done = rounds();
    let moments = 0;
    while (azure.asked.length < 60 && moments++ < 500) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (azure.asked.length >= 50) await clock.advance(100);
    }
    await done;
    assert.equal(azure.asked.length, 60);
    const seconds = (clock.now() - NOW) / 1000;
    assert.ok(seconds >= 2, `50 at once and 10 more in ${seconds} s`);
    assert.equal(gauges.get('octowatch_azure_reads_remaining'), 190);
  });
});

test('the role that is shipped is what polls ask, no more and no less', async (t) => {
  const role: { Actions: string[]; NotActions: string[]; DataActions: string[] } = JSON.parse(
    readFileSync(ROLE, 'utf8'),
  );
  const { azure, polls, poll } = await setUp(t);
  assert.deepEqual(role.Actions.toSorted(), [...new Set(polls.flatMap(({ actions }) => actions))].toSorted());
  assert.deepEqual([role.NotActions, role.DataActions], [[], []]);
  for (const { name, actions } of polls) {
    azure.asked.length = 0;
    await poll(name);
    assert.deepEqual([...new Set(azure.asked.map(actionOf))].toSorted(), actions.toSorted(), name);
  }
});

/** The action that Azure wants for a GET: the types of a path after its last provider, without the names. */
function actionOf(path: string): string {
  const parts = path.split('/providers/').at(-1)?.split('/') ?? [];
  const [provider, ...rest] = parts;
  const types = rest.filter((part, i) => i % 2 === 0 && part !== '');
  return [provider, ...types, 'read'].join('/');
}

test('names of quotas are Azure’s in snake case', () => {
  const cases = {
    standardDSv3Family: 'standard_dsv3_family',
    PublicIPAddresses: 'public_ip_addresses',
    'StaticPublicIP v6': 'static_public_ip_v6',
  };
  for (const [name, expected] of Object.entries(cases)) assert.equal(snakeCase(name), expected);
});
