import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Target } from '../../src/collect/contract.ts';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import {
  FIXTURE_TIME,
  testPollContract,
  type Surroundings,
} from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createServerLogPoll } from './server-log.ts';

const { log } = recordedLog();

function create(around: Surroundings) {
  const base = { apiKey: 'API-SYNTHETIC', tenant: 'acme', random: () => 0, log };
  const client = createOctopusClient({ ...around, ...base });
  return createServerLogPoll(() => client);
}

/** An entry logged `second` seconds after 6:00. */
function entry(Number: number, second: number, Category = 'Error'): object {
  const OccurredAt = new Date(Date.UTC(2026, 10, 21, 6) + second * 1000).toISOString();
  return { Category, MessageText: 'Timeout expired.', Detail: '', Number, OccurredAt };
}

function ring(first: number, second: number, count = 100): object[] {
  return Array.from({ length: count }, (_, index) => entry(first + index, second + index));
}

testPollContract({
  name: 'octopus-api/server-log',
  answer: ({ path }) =>
    path === '/api/serverstatus/logs' ? { json: [entry(2, 9), entry(1, 5)] } : undefined,
  create,
  golden: new URL('fixtures/golden/server-log.json', import.meta.url),
});

/** Polls once per answer; the counts after each: errors, warnings, missed. */
async function counts(t: TestContext, answers: readonly (readonly object[])[]): Promise<number[][]> {
  let turn = 0;
  const { url } = await startLoopbackServer(t, () => ({ json: answers[turn++] }));
  const { http, close } = createHttp();
  t.after(close);
  const clock = new VirtualClock(FIXTURE_TIME);
  const collector = create({ url, http, clock, metrics: NO_METRICS });
  const target: Target = { tenant: 'acme', url, info: {}, files: {}, timeZone: 'UTC' };
  let state: JsonValue = null;
  const all: number[][] = [];
  for (const _ of answers) {
    const context = {
      clock,
      log,
      metrics: NO_METRICS,
      deadlineMs: 10_000,
      fleet: NO_FLEET,
      isSource: () => true,
    };
    const result = await pollOnce(collector, target, { ...context, state }, AbortSignal.timeout(30_000));
    assert.equal(result.failure, undefined, String(result.failure));
    state = JSON.parse(JSON.stringify(result.state));
    const of = (category: string): number =>
      Number(
        result.points.find(({ dimensions }) => dimensions['category'] === category)?.values[
          'octopus_server_log_messages_total'
        ],
      );
    const missed = result.points.at(-1)?.values['octopus_server_log_messages_missed_total'];
    all.push([of('Error'), of('Warning'), Number(missed)]);
  }
  return all;
}

test('what was logged before the first poll does not count; later entries do, each once', async (t) => {
  const first = [entry(1, 1), entry(2, 2)];
  const second = [...first, entry(3, 3, 'Warning'), entry(4, 4)];
  assert.deepEqual(await counts(t, [first, second, second]), [
    [0, 0, 0],
    [1, 1, 0],
    [1, 1, 0],
  ]);
});

test('a category of a newer server counts as other', async (t) => {
  assert.deepEqual(await counts(t, [[entry(1, 1)], [entry(1, 1), entry(2, 2, 'Alert')]]), [
    [0, 0, 0],
    [0, 0, 0],
  ]);
});

test('a ring that has turned over tells how many were missed', async (t) => {
  assert.deepEqual(await counts(t, [ring(1, 1), ring(151, 200)]), [
    [0, 0, 0],
    [100, 0, 50],
  ]);
});

test('a process that begins anew counts from its first message', async (t) => {
  assert.deepEqual(await counts(t, [ring(1, 1), [entry(1, 500), entry(2, 501)]]), [
    [0, 0, 0],
    [2, 0, 0],
  ]);
});

test('nodes that answer in turn are told apart', async (t) => {
  const one = ring(1, 100, 3);
  const other = ring(700, 0, 5);
  const later = [...other, entry(705, 300)];
  assert.deepEqual(await counts(t, [one, other, later, [...one, entry(4, 301)], later]), [
    [0, 0, 0],
    [0, 0, 0],
    [1, 0, 0],
    [2, 0, 0],
    [2, 0, 0],
  ]);
});

test('an empty ring is no error, and what comes after it counts', async (t) => {
  assert.deepEqual(await counts(t, [[], [], [entry(1, 1)]]), [
    [0, 0, 0],
    [0, 0, 0],
    [1, 0, 0],
  ]);
});
