import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createRateLimit } from './rate-limit.ts';

/** Seconds at which `count` requests that all come at once go out. */
async function departures(perSecond: number, burst: number, count: number, pauseMs = 0): Promise<number[]> {
  const clock = new VirtualClock(0);
  const limit = createRateLimit(clock, perSecond, burst);
  if (pauseMs > 0) limit.pause(pauseMs);
  const left: number[] = [];
  const all = Array.from({ length: count }, async () => {
    await limit.turn(new AbortController().signal);
    left.push(clock.now() / 1000);
  });
  await clock.advance(60_000);
  await Promise.all(all);
  return left;
}

test('a burst goes out at once, the rest in the rhythm of the rate', async () => {
  assert.deepEqual(await departures(5, 3, 6), [0, 0, 0, 0.2, 0.4, 0.6]);
  assert.deepEqual(await departures(1, 1, 3), [0, 1, 2]);
});

test('a pause holds everybody, and no burst follows it', async () => {
  assert.deepEqual(await departures(1, 2, 3, 5000), [5, 6, 7]);
});

test('who is stopped waits no longer', async () => {
  const limit = createRateLimit(new VirtualClock(0), 1, 1);
  const stop = new AbortController();
  await limit.turn(stop.signal);
  const waiting = limit.turn(stop.signal);
  stop.abort(new Error('stopped'));
  await assert.rejects(waiting, /stopped/);
});

test('a clock that was set back delays nobody for longer than a minute', async () => {
  let now = 3_600_000;
  const slept: number[] = [];
  const clock = {
    now: () => now,
    sleep(ms: number) {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
  const limit = createRateLimit(clock, 1, 1);
  limit.pause(30_000);
  await limit.turn(new AbortController().signal);
  now = 0;
  await limit.turn(new AbortController().signal);
  assert.ok(slept.every((ms) => ms <= 60_000));
});
