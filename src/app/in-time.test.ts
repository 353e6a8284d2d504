import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../model/virtual-clock.ts';
import { inTime } from './in-time.ts';
import { recordingLog } from './testing/recording.ts';

test('a clean-up that hangs is left behind after its time, and told of', async () => {
  const clock = new VirtualClock();
  const entries: string[] = [];
  let hasEnded = false;
  const cleanUp = inTime(
    { clock, log: recordingLog(entries) },
    'head',
    2500,
    () => new Promise(() => undefined),
  );
  const ended = cleanUp().then(() => (hasEnded = true));
  await clock.advance(2499);
  assert.equal(hasEnded, false);
  await clock.advance(1);
  await ended;
  assert.deepEqual(entries, ['warn did not stop in time and is left behind part=head ms=2500']);
});

test('one that ends is not waited for, and what it throws is heard', async () => {
  const clock = new VirtualClock();
  const entries: string[] = [];
  const options = { clock, log: recordingLog(entries) };
  await inTime(options, 'web', 1000, () => undefined)();
  const fails = inTime(options, 'web', 1000, () => {
    throw new Error('no');
  });
  await assert.rejects(fails(), /no/);
  await clock.advance(2000);
  assert.deepEqual(entries, []);
});
