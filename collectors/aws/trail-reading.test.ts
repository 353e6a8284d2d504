import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { fakeAws } from './fixtures/fake-aws.ts';
import { readTrail } from './trail-reading.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('asks for the day first, then for what is new every ten minutes, and for the day each hour', async (t) => {
  const from: number[] = [];
  const aws = fakeAws({
    'cloudtrail:LookupEvents': ({ StartTime }) => {
      from.push(Number(StartTime) - NOON);
      return {};
    },
  });
  let position = {};
  for (const minutes of [0, 5, 9, 10, 20, 59, 70]) {
    const clock = new VirtualClock(NOON + minutes * MINUTE);
    ({ position } = await readTrail(aws, position, clock, t.signal));
  }
  const day = -25 * HOUR;
  const asked = [day, -30 * MINUTE, -20 * MINUTE, -10 * MINUTE, day + 70 * MINUTE];
  assert.deepEqual(
    from,
    asked.flatMap((time) => [time, time]),
    'two names each',
  );
});

test('does not wait for a service that never answers, and goes on where it was', async (t) => {
  const clock = new VirtualClock(NOON);
  const answers: (() => object | Promise<never>)[] = [
    () => ({ Events: [{ EventName: 'RunInstances', CloudTrailEvent: '?' }] }),
    () => Promise.withResolvers<never>().promise,
    () => ({}),
  ];
  const names: unknown[] = [];
  const aws = fakeAws({
    'cloudtrail:LookupEvents': ({ LookupAttributes }) => {
      names.push(LookupAttributes?.[0]?.AttributeValue);
      return answers.shift()?.() ?? {};
    },
  });
  const reading = readTrail(aws, {}, clock, t.signal);
  await clock.advance(25_000);
  const { failure, position, refused } = await reading;
  assert.deepEqual([failure?.reason, refused], ['timeout', 1]);
  const { position: next } = await readTrail(aws, position, clock, t.signal);
  assert.deepEqual(names, ['RunInstances', 'StartInstances', 'StartInstances']);
  assert.deepEqual(next.covered, { since: NOON - 25 * HOUR + 25_000, until: NOON });
});
