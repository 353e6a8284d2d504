import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../model/virtual-clock.ts';
import { everySecond, once } from './chores.ts';

test('a chore is done each second until the signal', async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  let done = 0;
  const chore = everySecond(clock, stop.signal, () => done++);
  await clock.advance(3500);
  assert.equal(done, 3);
  stop.abort();
  await chore;
  await clock.advance(5000);
  assert.equal(done, 3);
});

test('what waits for a condition is done once, and never after the signal', async () => {
  for (const isStopped of [false, true]) {
    const clock = new VirtualClock();
    const stop = new AbortController();
    let holds = false;
    let done = 0;
    const chore = once(
      clock,
      stop.signal,
      () => holds,
      () => done++,
    );
    await clock.advance(2000);
    assert.equal(done, 0);
    if (isStopped) stop.abort();
    holds = true;
    await clock.advance(5000);
    await chore;
    assert.equal(done, isStopped ? 0 : 1);
  }
});
