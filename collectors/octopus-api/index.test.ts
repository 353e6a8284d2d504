import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { startLoopbackServer, type Answer, type Received } from '../../test/contract/loopback-server.ts';
import { testPollContract, type Surroundings } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createOctopusApi } from './index.ts';
import { octopusApiDatasets } from './schema.ts';

const STATUSES: Readonly<Record<string, number>> = { 'ping.json': 418, 'health.json': 418 };
const INFO = {
  region: 'westeurope',
  plan: 'cloud-10',
  node: 'aks-7',
  database_server: 'sql-7',
  note: 'none',
};

function fixture(name: string): Answer {
  const json: unknown = JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
  return { status: STATUSES[name] ?? 200, json };
}

/** An Octopus server that answers from the fixtures. */
function answer({ path, query }: Received): Answer | undefined {
  if (path === '/api') return fixture('root.json');
  if (path === '/api/spaces') return fixture('spaces.json');
  if (path === '/api/octopusservernodes/ping') return fixture('ping.json');
  if (path === '/api/octopusservernodes/summary') return fixture('nodes-summary.json');
  if (path === '/api/serverstatus/health') return fixture('health.json');
  if (path === '/api/tasks')
    return fixture(query.has('active') ? 'tasks-active.json' : 'tasks-completed.json');
  return undefined;
}

function create(name: string, around: Surroundings): PollCollector {
  const client = createOctopusClient({
    ...around,
    apiKey: 'API-SYNTHETIC',
    tenant: 'acme',
    random: () => 0,
    log: recordedLog().log,
  });
  const collector = createOctopusApi({ clientFor: () => client }).find((poll) => poll.name === name);
  assert.ok(collector);
  return collector;
}

for (const poll of ['ping', 'nodes', 'health', 'tasks-active', 'tasks-completed', 'instance']) {
  const name = `octopus-api/${poll}`;
  testPollContract({
    name,
    answer,
    info: INFO,
    create: (around) => create(name, around),
    golden: new URL(`fixtures/golden/${poll}.json`, import.meta.url),
    ...(poll === 'ping' ? { whenDown: { octopus_ping_up: 0 } } : {}),
  });
}

test('an instance that does not answer keeps its labels, with the version that it had last', async (t) => {
  let isUp = true;
  const { url } = await startLoopbackServer(t, (request) => (isUp ? answer(request) : { status: 503 }));
  const { http, close } = createHttp();
  t.after(close);
  const clock = new VirtualClock();
  const { log } = recordedLog();
  const around = { clock, log, metrics: NO_METRICS, fleet: NO_FLEET, isSource: () => true, deadlineMs: 5000 };
  const collector = create('octopus-api/instance', { url, http, clock, metrics: NO_METRICS });
  const target: Target = { tenant: 'acme', url, info: { region: 'eu' }, files: {}, timeZone: 'UTC' };
  async function labels(state: JsonValue): Promise<{ state: JsonValue; reason?: string; said: unknown[] }> {
    const result = await pollOnce(collector, target, { ...around, state }, AbortSignal.timeout(10_000));
    const said = result.points.map(({ dimensions: { region, version } }) => [region, version]);
    return { state: result.state, said, ...(result.failure && { reason: result.failure.reason }) };
  }
  const { state, said } = await labels(null);
  assert.deepEqual(said, [['eu', '2026.3.4411']]);
  isUp = false;
  assert.deepEqual(await labels(state), { state, said, reason: 'server_error' });
  assert.deepEqual((await labels(null)).said, [['eu', undefined]], 'one that never answered');
});

test('the polls yield the declared datasets, no more and no fewer', () => {
  const polls = createOctopusApi({
    clientFor() {
      throw new Error('no poll is made here');
    },
  });
  assert.deepEqual(new Set(polls.flatMap(({ datasets }) => datasets)), new Set(octopusApiDatasets));
});
