import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '../model/failure.ts';
import { createWatchHealth, type WatchHealth } from './watch-health.ts';

const MINUTE = 60_000;
const ABOUT = { cluster: 'prod-1', what: 'watch pods' };

/** A watch that has listed and connected, under a clock that is set by hand. */
function connected(hasBookmarks = true): { health: WatchHealth; clock: { at: number } } {
  const clock = { at: 60 * MINUTE };
  const health = createWatchHealth(
    ABOUT,
    { now: () => clock.at, sleep: () => Promise.resolve() },
    hasBookmarks,
  );
  health.synced();
  health.connected();
  return { health, clock };
}

async function isKnown(health: WatchHealth): Promise<boolean> {
  return health.known(new AbortController().signal).then(
    () => true,
    () => false,
  );
}

test('a connection that is lost is forgiven for a minute, also when the clock is set back meanwhile', async () => {
  const { health, clock } = connected();
  health.failed(new Failure('network', 'reset'));
  clock.at += 59_000;
  assert.equal(await isKnown(health), true);
  clock.at -= 60 * MINUTE;
  assert.equal(await isKnown(health), true);
  clock.at += MINUTE;
  assert.equal(await isKnown(health), false);
  health.connected();
  health.heard();
  assert.equal(await isKnown(health), true);
});

test('three minutes of silence are three minutes, also when the clock is set back meanwhile', async () => {
  const { health, clock } = connected();
  clock.at -= 30 * MINUTE;
  assert.equal(await isKnown(health), true);
  clock.at += 3 * MINUTE;
  assert.equal(await isKnown(health), false);
});
