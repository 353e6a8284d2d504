import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { configSchema } from '../../src/config/schema.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import type { LastActivity } from '../../src/octopus/activity-calls.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import { startFleet } from '../../src/simulator/testing/fleet.ts';
import { createHttp } from '../../src/system/system-http.ts';
import type { Answer, Received } from '../../test/contract/loopback-server.ts';
import { testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { pollerOf } from '../capacity/testing/polled.ts';
import { classOf } from './classify.ts';
import { createDormancy } from './index.ts';
import { dormancyDatasets } from './schema.ts';

const { collectors } = configSchema.parse({});
const NOW = Date.UTC(2026, 10, 21);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function fixture(name: string): Answer {
  const json: unknown = JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
  return { json };
}

function answer({ path, query }: Received): Answer | undefined {
  if (path === '/api/users/me') return fixture('me.json');
  const isAsked = query.get('eventCategories') === 'LoginSucceeded,DeploymentQueued,RunbookRunQueued';
  return path === '/api/events' && isAsked ? fixture('events.json') : undefined;
}

testPollContract({
  name: 'dormancy/last-use',
  answer,
  create(around) {
    const options = {
      ...around,
      apiKey: 'API-SYNTHETIC',
      tenant: 'acme',
      random: () => 0,
      log: recordedLog().log,
    };
    const client = createOctopusClient(options);
    const [collector] = createDormancy({ clientFor: () => client, settings: () => collectors });
    assert.ok(collector);
    return collector;
  },
  golden: new URL('fixtures/golden/last-use.json', import.meta.url),
});

describe('the time that nobody used an instance', () => {
  /** Polls at each of these times, ms from now; the server answers with what is said for then. */
  async function dormancy(
    answers: Readonly<Record<number, Partial<LastActivity>>>,
    times: readonly number[],
  ) {
    let asked = 0;
    let at = 0;
    const clientFor = () => ({
      lastActivity() {
        asked++;
        return Promise.resolve({
          login: undefined,
          task: undefined,
          lookedBackTo: undefined,
          ...answers[at],
        });
      },
    });
    const [collector] = createDormancy({ clientFor, settings: () => collectors });
    assert.ok(collector);
    const poll = pollerOf(collector);
    const days: unknown[] = [];
    for (at of times) {
      const [point] = await poll(NOW + at);
      days.push(Number(point?.values['octopus_dormancy_seconds']) / 86_400);
    }
    return { days, asked };
  }

  test('counts from the later of login and task', async () => {
    assert.deepEqual((await dormancy({ 0: { login: NOW - 9 * DAY, task: NOW - 3 * DAY } }, [0])).days, [3]);
  });

  test('is asked for once an hour, and goes on in between', async () => {
    const times = [0, 10, 20, 40, 50, 60].map((minutes) => minutes * 60_000);
    const { days, asked } = await dormancy(
      { 0: { login: NOW - DAY }, [HOUR]: { login: NOW + HOUR - DAY } },
      times,
    );
    assert.equal(asked, 2);
    assert.equal(days.at(-2), 1 + 50 / 1440);
    assert.equal(days.at(-1), 1);
  });

  test('is remembered when the audit log forgets it', async () => {
    const { days } = await dormancy({ 0: { login: NOW - 80 * DAY }, [20 * DAY]: {} }, [0, 20 * DAY]);
    assert.deepEqual(days, [80, 100]);
  });

  test('is at least as long as was looked back, or as it is watched, where nothing was found', async () => {
    assert.deepEqual((await dormancy({ 0: { lookedBackTo: NOW - 5 * DAY } }, [0])).days, [5]);
    assert.deepEqual((await dormancy({}, [0, 15 * DAY])).days, [0, 15]);
  });
});

test('an instance that people deploy with is in use by what a server says', async (t) => {
  const fleet = await startFleet(t);
  await fleet.pass(2 * HOUR);
  const { http, close } = createHttp();
  t.after(close);
  const { url, apiKey } = fleet.instance('acme');
  const { clock } = fleet;
  const options = { url, apiKey, http, clock, metrics: NO_METRICS, log: recordedLog().log, random: () => 0 };
  const answered = new AbortController();
  const asking = createOctopusClient({ ...options, tenant: 'acme' }).lastActivity(t.signal);
  void asking.finally(() => answered.abort());
  while (!answered.signal.aborted) {
    await setImmediate();
    await clock.advance(10);
  }
  const { login, task } = await asking;
  assert.equal(login, undefined);
  assert.ok(task !== undefined && clock.now() - task < HOUR, `${task}`);
});

test('classes: only a trial that has ended is dead', () => {
  const cases: readonly [days: number, trialEnds: string | undefined, expected: string][] = [
    [6, undefined, 'active'],
    [7, undefined, 'quiet'],
    [14, '2026-11-01', 'dormant'],
    [30, undefined, 'dormant'],
    [30, '2026-12-01', 'dormant'],
    [30, 'soon', 'dormant'],
    [30, '2026-11-01', 'dead'],
  ];
  for (const [days, trialEnds, expected] of cases)
    assert.equal(
      classOf(days * DAY, trialEnds, collectors.dormancy, NOW),
      expected,
      `${days} days, ${trialEnds}`,
    );
});

test('the poll yields the declared datasets, no more and no fewer', () => {
  const polls = createDormancy({
    clientFor: () => assert.fail('nobody is asked'),
    settings: () => collectors,
  });
  assert.deepEqual(new Set(polls.flatMap(({ datasets }) => datasets)), new Set(dormancyDatasets));
});
