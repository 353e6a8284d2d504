import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { watchEventLoop } from './event-loop-lag.ts';

test('tells the longest delay since it was asked last', async () => {
  using lag = watchEventLoop();
  await pause(120);
  const block = Date.now() + 300;
  while (Date.now() < block);
  await pause(120);
  const longest = lag.take();
  assert.ok(longest > 0.15 && longest < 10, `${longest} s`);
  assert.ok(lag.take() < 0.1, 'begins anew');
});
