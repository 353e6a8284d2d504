import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from './virtual-clock.ts';

test('sleepers wake in the order of their time, at that time', async () => {
  const clock = new VirtualClock(1000);
  const woken: string[] = [];
  const sleep = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push(`${name} at ${clock.now()}`);
  };
  const all = Promise.all([sleep('late', 30), sleep('first', 10), sleep('second', 10), sleep('past', -5)]);
  await clock.advance(29);
  assert.deepEqual(woken, ['past at 1000', 'first at 1010', 'second at 1010']);
  assert.equal(clock.now(), 1029);
  await clock.advance(1);
  await all;
  assert.equal(woken.at(-1), 'late at 1030');
});

test('who sleeps again wakes again within one step', async () => {
  const clock = new VirtualClock();
  const ticks: number[] = [];
  const loop = (async () => {
    while (ticks.length < 3) {
      await clock.sleep(10);
      ticks.push(clock.now());
    }
  })();
  await clock.advance(100);
  await loop;
  assert.deepEqual(ticks, [10, 20, 30]);
  assert.equal(clock.now(), 100);
});

test('an abort ends a sleep with its reason, before and during it', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const reason = new Error('shutdown');
  const sleep = clock.sleep(10, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleep, reason);
  await assert.rejects(clock.sleep(10, controller.signal), reason);
  await clock.advance(20);
});
