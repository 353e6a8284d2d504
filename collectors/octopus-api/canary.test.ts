import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Target } from '../../src/collect/contract.ts';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { startLoopbackServer, type Received } from '../../test/contract/loopback-server.ts';
import {
  FIXTURE_TIME,
  testPollContract,
  type Surroundings,
} from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createCanary } from './canary.ts';

const PATH = '/api/serverstatus/hosted/external';
const { log } = recordedLog();

function create(around: Surroundings, requestsPerMinute = 60) {
  const base = { apiKey: 'API-SYNTHETIC', tenant: 'acme', random: () => 0, log, requestsPerMinute };
  const client = createOctopusClient({ ...around, ...base });
  return createCanary(() => client);
}

testPollContract({
  name: 'octopus-api/canary',
  answer: ({ path }) => (path === PATH ? { json: { IsOperatingNormally: true } } : undefined),
  create: (around) => create(around),
  golden: new URL('fixtures/golden/canary.json', import.meta.url),
  whenDown: { octopus_canary_up: 0, octopus_canary_status_code: 503, octopus_canary_duration_seconds: 0 },
});

async function watch(t: TestContext, status: () => number, requestsPerMinute = 60) {
  const { url, received } = await startLoopbackServer(t, () => ({ status: status(), json: {} }));
  const { http, close } = createHttp();
  t.after(close);
  const clock = new VirtualClock(FIXTURE_TIME);
  const collector = create({ url, http, clock, metrics: NO_METRICS }, requestsPerMinute);
  const target: Target = { tenant: 'acme', url, info: {}, files: {}, timeZone: 'UTC' };
  let state: JsonValue = null;
  async function poll(seconds = 0): Promise<{ points: readonly Point[]; reason: string | undefined }> {
    await clock.advance(seconds * 1000);
    const context = {
      clock,
      log,
      metrics: NO_METRICS,
      deadlineMs: 10_000,
      fleet: NO_FLEET,
      isSource: () => true,
    };
    const result = await pollOnce(collector, target, { ...context, state }, AbortSignal.timeout(30_000));
    state = result.state;
    return { points: result.points, reason: result.failure?.reason };
  }
  return { poll, received };
}

const STATUSES = [
  [200, 1],
  [418, 1],
  [429, 1],
  [401, 0],
  [500, 0],
  [503, 0],
] as const;
for (const [status, up] of STATUSES) {
  test(`status ${status} is ${up === 1 ? 'alive' : 'not well'}, and its time counts`, async (t) => {
    const { poll } = await watch(t, () => status);
    const { points } = await poll();
    assert.deepEqual(
      points.map(({ values }) => [values['octopus_canary_up'], values['octopus_canary_status_code']]),
      [[up, status]],
    );
    assert.notEqual(points[0]?.values['octopus_canary_duration_seconds'], undefined);
  });
}

test('it is asked without the key', async (t) => {
  const { poll, received } = await watch(t, () => 200);
  await poll();
  assert.deepEqual(
    received.map(({ path, headers }: Received) => [path, headers['x-octopus-apikey']]),
    [[PATH, undefined]],
  );
});

test('a server without the page is no error, and is asked again after an hour', async (t) => {
  let status = 404;
  const { poll, received } = await watch(t, () => status);
  assert.deepEqual(await poll(), { points: [], reason: undefined });
  assert.deepEqual(await poll(3599), { points: [], reason: undefined });
  assert.equal(received.length, 1);
  status = 200;
  assert.equal((await poll(1)).points.length, 1);
  assert.equal((await poll(15)).points.length, 1);
});

test('a spent request budget says nothing about the server', async (t) => {
  const { poll } = await watch(t, () => 200, 2);
  await poll();
  assert.deepEqual(await poll(), { points: [], reason: 'budget' });
});
