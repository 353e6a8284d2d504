import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './system-clock.ts';

test('now is the time of the day in ms', () => {
  const before = Date.now();
  const now = systemClock.now();
  assert.ok(before <= now && now <= Date.now());
});

test('a sleep ends, and with a signal it ends at the abort with its reason', async () => {
  await systemClock.sleep(1);
  const controller = new AbortController();
  const sleep = systemClock.sleep(3_600_000, controller.signal);
  const reason = new Error('shutdown');
  controller.abort(reason);
  await assert.rejects(sleep, reason);
  await assert.rejects(systemClock.sleep(0, controller.signal), reason);
});

test('a sleep of months does not end at once', async () => {
  const controller = new AbortController();
  let hasEnded = false;
  const sleep = systemClock.sleep(90 * 86_400_000, controller.signal).then(() => (hasEnded = true));
  await systemClock.sleep(20);
  assert.equal(hasEnded, false);
  controller.abort(new Error('enough'));
  await assert.rejects(sleep, /enough/);
});
