import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { PollCollector } from '../../src/collect/contract.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import type { Answer, Received } from '../../test/contract/loopback-server.ts';
import { testPollContract, type Surroundings } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createInstancePolls } from './instance-polls.ts';

const FIXTURES: Readonly<Record<string, string>> = {
  '/api/spaces': 'spaces',
  '/api/Spaces-1/machines': 'machines',
  '/api/Spaces-1/workers': 'workers',
  '/api/Spaces-1/workerpools': 'worker-pools',
  '/api/Spaces-1/projecttriggers': 'project-triggers',
  '/api/Spaces-1/interruptions': 'interruptions',
  '/api/tasks': 'task-last-recurring',
  '/api/licenses/licenses-current-status': 'license',
  '/api/scheduler': 'scheduler',
  '/api/serverstatus': 'server-status',
  '/api/serverstatus/system-info': 'system-info',
  '/api/events': 'events',
};

function answer({ path }: Received): Answer | undefined {
  const name = FIXTURES[path];
  if (name === undefined) return undefined;
  const text = readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
  return { json: JSON.parse(text) as object };
}

function create(name: string, around: Surroundings): PollCollector {
  const client = createOctopusClient({
    ...around,
    apiKey: 'API-SYNTHETIC',
    tenant: 'acme',
    random: () => 0,
    log: recordedLog().log,
  });
  const collector = createInstancePolls({ clientFor: () => client }).find((poll) => poll.name === name);
  assert.ok(collector);
  return collector;
}

for (const poll of [
  'server',
  'system-info',
  'license',
  'scheduler',
  'scheduled-triggers',
  'machines',
  'workers',
  'interruptions',
  'events',
]) {
  const name = `octopus-api/${poll}`;
  testPollContract({
    name,
    answer,
    create: (around) => create(name, around),
    golden: new URL(`fixtures/golden/${poll}.json`, import.meta.url),
  });
}
