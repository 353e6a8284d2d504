import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import type { PollCollector } from '../../src/collect/contract.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import type { Answer, Received } from '../../test/contract/loopback-server.ts';
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

test('the polls yield the declared datasets, no more and no fewer', () => {
  const polls = createOctopusApi({
    clientFor() {
      throw new Error('no poll is made here');
    },
  });
  assert.deepEqual(new Set(polls.flatMap(({ datasets }) => datasets)), new Set(octopusApiDatasets));
});
