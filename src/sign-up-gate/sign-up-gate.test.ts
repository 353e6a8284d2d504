import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { FIXTURE_TIME, testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { startHttpFake } from '../../test/fakes/http-fake.ts';
import { startFakeWebhook, type FakeWebhook } from '../../test/fakes/webhook.ts';
import { NO_FLEET } from '../collect/fleet-of.ts';
import { pollOnce } from '../collect/poll-once.ts';
import type { JsonValue } from '../model/json.ts';
import { METRIC_NAME, type Labels } from '../model/labels.ts';
import type { Point } from '../model/point.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { MemorySeries } from '../promql/memory-series.ts';
import { createHttp } from '../system/system-http.ts';
import { createSignUpGate } from './sign-up-gate.ts';

const KEY = 'a-signing-key-of-a-test';
const PLACE = { kind: 'fleet', name: 'fleet' } as const;
const TARGET = { tenant: '', place: PLACE, info: {}, files: {}, timeZone: 'UTC' };

interface Other {
  readonly labels: Labels;
  readonly value: number;
}

function headWith(tenantsLeft: number, time: number, others: readonly Other[] = []): MemorySeries {
  const series = new MemorySeries();
  series.append(others.map((other) => ({ ...other, time })));
  const fleet = { scope: 'fleet' };
  series.append([
    { labels: { ...fleet, [METRIC_NAME]: 'capacity_tenants_left' }, time, value: tenantsLeft },
    {
      labels: { ...fleet, quota: 'subnet_addresses', [METRIC_NAME]: 'capacity_binding_quota_info' },
      time,
      value: 1,
    },
    { labels: { quota: 'subnet_addresses', [METRIC_NAME]: 'capacity_quota_unknown' }, time, value: 0 },
  ]);
  return series;
}

/** A gate on a real socket, polled every 15 s of virtual time; `restart` forgets all that is not durable. */
function gateWorld(t: TestContext, url: string, timeout = 2000) {
  const { http, close } = createHttp();
  t.after(close);
  const { metrics, counts } = countedMetrics();
  const { log, lines } = recordedLog();
  const limits = { url, signing_key: KEY, timeout, pause_below: 20, resume_above: 50 };
  let now = FIXTURE_TIME;
  let durable: JsonValue = null;
  let state: JsonValue = null;

  async function poll(
    tenantsLeft: number,
    signal = t.signal,
    others: readonly Other[] = [],
  ): Promise<readonly Point[]> {
    now += 15_000;
    const series = headWith(tenantsLeft, now, others);
    const collector = createSignUpGate({ http, series, settings: () => limits });
    const options = {
      clock: new VirtualClock(now),
      log,
      metrics,
      state,
      deadlineMs: 15_000,
      fleet: NO_FLEET,
    };
    const result = await pollOnce(collector, TARGET, { ...options, isSource: () => true }, signal);
    state = result.state;
    return result.points;
  }

  return {
    poll,
    counts,
    lines,
    /** A crash: `saved` is what the disk has, of before the last poll or of after it. */
    save: () => (durable = state),
    restart: () => (state = durable),
  };
}

async function webhook(t: TestContext): Promise<FakeWebhook> {
  const fake = await startFakeWebhook();
  t.after(() => fake.close());
  return fake;
}

function openIn([point]: readonly Point[]): unknown {
  return [point?.values['capacity_sign_up_gate_open'], point?.values['capacity_sign_up_gate_unheard']];
}

test('few tenants left pause sign-ups, many resume them, and each is told once', async (t) => {
  const receiver = await webhook(t);
  const { poll, lines } = gateWorld(t, receiver.url);
  const seen: unknown[] = [];
  for (const left of [70, 19, 19, 30, 51, 51, 51]) seen.push(openIn(await poll(left)));
  // Decided and not yet told; then told.
  assert.deepEqual(seen, [
    [1, 0],
    [0, 1],
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 0],
    [1, 0],
  ]);
  assert.deepEqual(
    receiver.deliveries.map(({ body }) => [body['event'], body['tenants_left'], body['quota']]),
    [
      ['sign_ups_paused', 19, 'subnet_addresses'],
      ['sign_ups_resumed', 51, 'subnet_addresses'],
    ],
  );
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).message),
    ['sign-ups are to be paused', 'sign-ups are to be resumed'],
  );
});

test('a change is signed: time and body, by HMAC-SHA256', async (t) => {
  const receiver = await webhook(t);
  const { poll } = gateWorld(t, receiver.url);
  await poll(3);
  const points = await poll(3);
  const { headers, body } = receiver.deliveries[0]!;
  const timestamp = String(headers['octowatch-timestamp']);
  assert.equal(Number(timestamp), points[0]!.time / 1000);
  const expected = createHmac('sha256', KEY)
    .update(`${timestamp}.${JSON.stringify(body)}`)
    .digest('hex');
  assert.equal(headers['octowatch-signature'], `v1=${expected}`);
});

test('a receiver that dies after it accepted is told again under the same key', async (t) => {
  const receiver = await webhook(t);
  const { poll } = gateWorld(t, receiver.url);
  await poll(3);
  receiver.fail({ kind: 'reset-after-accepting' });
  assert.deepEqual(openIn(await poll(3)), [0, 1]);
  assert.deepEqual(openIn(await poll(3)), [0, 0]);
  assert.equal(receiver.deliveries.length, 2);
  assert.equal(receiver.distinct().length, 1);
});

test('a crash loses no change and repeats it under the same key', async (t) => {
  const receiver = await webhook(t);
  const { poll, save, restart } = gateWorld(t, receiver.url);
  await poll(3);
  save();
  await poll(3);
  restart();
  await poll(3);
  assert.equal(receiver.deliveries.length, 2);
  assert.equal(receiver.distinct().length, 1);

  // There is room again before the restart: what was told is taken back.
  restart();
  await poll(80);
  await poll(80);
  assert.equal(receiver.deliveries.at(-1)?.body['event'], 'sign_ups_resumed');
});

test('a receiver that answers 500 is asked again ever more seldom, until it accepts', async (t) => {
  const receiver = await webhook(t);
  receiver.fail(...Array.from({ length: 5 }, () => ({ kind: 'status', status: 500 }) as const));
  const { poll, counts } = gateWorld(t, receiver.url);
  let polls = 0;
  while (receiver.deliveries.length === 0 && polls++ < 100) await poll(3);
  assert.equal(counts.get('octowatch_sign_up_gate_requests_total{outcome="server_error"}'), 5);
  // Decided, then attempts after 15 + 15 + 30 + 60 + 120 + 240 s.
  assert.equal(polls * 15, 15 + 15 + 15 + 30 + 60 + 120 + 240);
});

test('a receiver that is too slow counts as not told; our own end is not its failure', async (t) => {
  const receiver = await webhook(t);
  receiver.fail({ kind: 'hang' }, { kind: 'hang' });
  const { poll, counts } = gateWorld(t, receiver.url, 100);
  await poll(3);
  await poll(3);
  assert.equal(counts.get('octowatch_sign_up_gate_requests_total{outcome="timeout"}'), 1);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  assert.deepEqual(await poll(3, stop.signal), []);
  assert.equal(counts.size, 1);
  assert.deepEqual(openIn(await poll(3)), [0, 0]);
});

test('what a scraped page says of the room is nobody’s word', async (t) => {
  const receiver = await webhook(t);
  const { poll } = gateWorld(t, receiver.url);
  const scraped = { scope: 'fleet', job: 'edge-eu', [METRIC_NAME]: 'capacity_tenants_left' };
  const seen = (left: number) => poll(left, t.signal, [{ labels: scraped, value: left > 20 ? 3 : 300 }]);
  assert.deepEqual(openIn(await seen(70)), [1, 0]);
  assert.deepEqual(openIn(await seen(19)), [0, 1]);
});

test('a redirect is not followed', async (t) => {
  const elsewhere = await webhook(t);
  const receiver = await startHttpFake(() => ({
    status: 307,
    body: {},
    headers: { location: elsewhere.url },
  }));
  t.after(() => receiver.close());
  const { poll, counts } = gateWorld(t, receiver.url);
  await poll(3);
  assert.deepEqual(openIn(await poll(3)), [0, 1]);
  assert.equal(counts.get('octowatch_sign_up_gate_requests_total{outcome="rejected"}'), 1);
  assert.deepEqual(elsewhere.deliveries, []);
});

testPollContract({
  name: 'capacity/sign-up-gate',
  place: PLACE,
  readsMemory: true,
  create({ http, url }, condition) {
    const limits = { url, signing_key: KEY, timeout: 1000, pause_below: 20, resume_above: 50 };
    const damaged = {
      select() {
        throw new Error('not a series');
      },
    };
    const series = condition === 'malformed' ? damaged : headWith(12, FIXTURE_TIME - 5000);
    return createSignUpGate({ http, series, settings: () => limits });
  },
  golden: new URL('fixtures/paused.json', import.meta.url),
});
