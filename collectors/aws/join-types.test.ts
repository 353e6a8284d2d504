import assert from 'node:assert/strict';
import test from 'node:test';
import { fakeAws, type FakeAnswers } from './fixtures/fake-aws.ts';
import { joinKnownTypes, joinTypes } from './join-types.ts';
import type { TrailLaunch } from './trail-events.ts';

const start = (id: string): TrailLaunch => ({ call: 'start', id, at: 1000 });

/** The record of the launch of `i-old`, after so many pages of other events. */
function trailAfter(pages: number): FakeAnswers {
  let read = 0;
  const CloudTrailEvent = JSON.stringify({
    eventTime: '2026-11-01T00:00:00Z',
    requestParameters: { instanceType: 't2.small' },
    responseElements: { instancesSet: { items: [{ instanceId: 'i-old' }] } },
  });
  return {
    'ec2:DescribeInstances': () => ({ Reservations: [] }),
    'cloudtrail:LookupEvents': () =>
      ++read > pages
        ? { Events: [{ EventName: 'RunInstances', CloudTrailEvent }] }
        : { Events: [{ EventName: 'StopInstances' }], NextToken: String(read) },
  };
}

test('the type of what is gone is that of its launch, some pages back', async (t) => {
  const near = await joinTypes(fakeAws(trailAfter(2)), [start('i-old')], new Map(), t.signal);
  assert.deepEqual(
    near.sightings.map(({ id, type }) => [id, type]),
    [['i-old', 't2.small']],
  );
  const far = await joinTypes(fakeAws(trailAfter(3)), [start('i-old')], new Map(), t.signal);
  assert.deepEqual([far.sightings, far.unjoined, far.others], [[], [], ['i-old']]);
});

test('no more than five are looked up at a time, the others wait', async (t) => {
  const aws = fakeAws({ 'ec2:DescribeInstances': () => ({}), 'cloudtrail:LookupEvents': () => ({}) });
  const launches = Array.from({ length: 8 }, (_, i) => start(`i-${i}`));
  const { unjoined, others } = await joinTypes(aws, launches, new Map(), t.signal);
  assert.deepEqual([unjoined.length, others.length], [3, 5]);
});

test('without asking, launches of known types are told and the others wait', () => {
  const launches = [start('i-1'), start('i-2'), start('i-3'), { ...start('i-4'), type: 't2.nano' }];
  const types = new Map([
    ['i-1', 't2.large'],
    ['i-2', 'm5.large'],
  ]);
  const { sightings, unjoined, others } = joinKnownTypes(launches, types);
  assert.deepEqual(
    sightings.map(({ id, type }) => [id, type]),
    [
      ['i-1', 't2.large'],
      ['i-4', 't2.nano'],
    ],
  );
  assert.deepEqual([unjoined.map(({ id }) => id), others], [['i-3'], ['i-2']]);
});
