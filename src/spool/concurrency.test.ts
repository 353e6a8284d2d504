import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { Concurrency, type Permit, type RequestEnd } from './concurrency.ts';

const never = new AbortController().signal;
const ready = (): undefined => undefined;
const MIB = 1024 * 1024;

function start(): { clock: VirtualClock; concurrency: Concurrency; begin(): Promise<Permit> } {
  const clock = new VirtualClock();
  const concurrency = new Concurrency(clock, NO_METRICS);
  return { clock, concurrency, begin: () => concurrency.acquire(never, ready) };
}

/** As many requests at a time as allowed, `rounds` times, each answered after `ms`. */
async function saturate(
  it: ReturnType<typeof start>,
  rounds: number,
  msOf: (inFlight: number) => number,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const permits: Permit[] = [];
    for (let free = it.concurrency.limit; free > 0; free--) permits.push(await it.begin());
    await it.clock.advance(msOf(permits.length));
    for (const permit of permits) it.concurrency.release(permit, { kind: 'answered', bytes: MIB });
  }
}

async function fail(it: ReturnType<typeof start>, count: number, end: RequestEnd): Promise<boolean[]> {
  const permits: Permit[] = [];
  for (let at = 0; at < count; at++) permits.push(await it.begin());
  return permits.map((permit) => it.concurrency.release(permit, end));
}

test('begins with one request; grows to eight while all places are taken and answers are quick', async () => {
  const it = start();
  assert.equal(it.concurrency.limit, 1);
  await saturate(it, 3, () => 20);
  assert.ok(it.concurrency.limit > 1 && it.concurrency.limit < 8);
  await saturate(it, 60, () => 20);
  assert.equal(it.concurrency.limit, 8);
});

test('one request at a time teaches nothing about two', async () => {
  const it = start();
  await saturate(it, 1, () => 20);
  for (let time = 0; time < 50; time++) {
    it.concurrency.release(await it.begin(), { kind: 'answered', bytes: MIB });
  }
  assert.equal(it.concurrency.limit, 2);
});

test('a server that works through requests one after the other is not asked for many at a time', async () => {
  const it = start();
  await saturate(it, 60, (inFlight) => 400 * inFlight);
  assert.ok(it.concurrency.limit <= 3, `${it.concurrency.limit}`);
});

test('a server that became slower for good is used again after a while', async () => {
  const it = start();
  await saturate(it, 20, () => 150);
  const before = it.concurrency.limit;
  await fail(it, 1, { kind: 'overloaded' });
  await saturate(it, 100, () => 1500);
  assert.ok(it.concurrency.limit >= before);
});

test('overload halves once for all requests of a round, down to one', async () => {
  const it = start();
  await saturate(it, 60, () => 20);
  assert.deepEqual(await fail(it, 8, { kind: 'overloaded' }), [true, ...Array<boolean>(7).fill(false)]);
  assert.equal(it.concurrency.limit, 4);
  for (const left of [2, 1, 1]) {
    await fail(it, 1, { kind: 'overloaded' });
    assert.equal(it.concurrency.limit, left);
  }
});

test('what is no overload changes nothing, but is told as the first of its round', async () => {
  const it = start();
  await saturate(it, 60, () => 20);
  assert.deepEqual(await fail(it, 2, { kind: 'failed' }), [true, false]);
  assert.deepEqual(await fail(it, 2, { kind: 'refused' }), [false, false]);
  assert.equal(it.concurrency.limit, 8);
});

test('a request waits for a free place, and no longer than its signal', async () => {
  const it = start();
  const first = await it.begin();
  const order: string[] = [];
  const second = it.begin().then((permit) => (order.push('second'), permit));
  const stop = new AbortController();
  const third = it.concurrency.acquire(stop.signal, ready).catch(() => void order.push('stopped'));
  const free = it.concurrency.free(stop.signal).then(() => void order.push('free'));
  await it.clock.advance(1000);
  assert.deepEqual(order, []);
  stop.abort();
  await Promise.all([third, free]);
  assert.deepEqual(new Set(order), new Set(['free', 'stopped']));
  it.concurrency.release(first, { kind: 'refused' });
  it.concurrency.release(await second, { kind: 'refused' });
  await it.concurrency.free(never);
});
