import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { launchesOf } from './trail-events.ts';

const AT = Date.UTC(2026, 10, 21, 6);

/** An event of `LookupEvents` with this record. */
function event(name: string, record: object, ids: readonly string[] = []): Parameters<typeof launchesOf>[0] {
  return {
    EventName: name,
    CloudTrailEvent: JSON.stringify({ eventTime: '2026-11-21T06:00:00Z', ...record }),
    Resources: ids.map((ResourceName) => ({ ResourceType: 'AWS::EC2::Instance', ResourceName })),
  };
}

const items = (...some: readonly object[]): object => ({
  responseElements: { instancesSet: { items: some } },
});

test('a run tells of each instance: time, type and mode', () => {
  const record = {
    requestParameters: { instanceType: 't2.medium', creditSpecification: { CpuCredits: 'unlimited' } },
    ...items({ instanceId: 'i-1', instanceType: 't2.small', launchTime: AT + 2000 }, { instanceId: 'i-2' }),
  };
  assert.deepEqual(launchesOf(event('RunInstances', record)), [
    { call: 'run', id: 'i-1', at: AT + 2000, type: 't2.small', unlimited: true },
    { call: 'run', id: 'i-2', at: AT, type: 't2.medium', unlimited: true },
  ]);
});

test('the mode that was asked for, in either spelling; undefined where none was', () => {
  const modeOf = (creditSpecification: object | undefined): boolean | undefined =>
    launchesOf(
      event('RunInstances', { requestParameters: { creditSpecification }, ...items({ instanceId: 'i-1' }) }),
    )?.[0]?.unlimited;
  assert.equal(modeOf({ cpuCredits: 'unlimited' }), true);
  assert.equal(modeOf({ CPUCredits: 'standard' }), false);
  assert.equal(modeOf({}), undefined);
  assert.equal(modeOf(undefined), undefined);
});

test('a response that was too large for the record: the instances are those of the event', () => {
  const record = {
    requestParameters: { instanceType: 't2.medium' },
    responseElements: { omitted: true, originalSize: 130_912 },
  };
  const found = launchesOf(event('RunInstances', record, ['i-1', 'i-2'])) ?? [];
  assert.deepEqual(
    found.map(({ id, at, type }) => [id, at, type]),
    [
      ['i-1', AT, 't2.medium'],
      ['i-2', AT, 't2.medium'],
    ],
  );
});

test('a start is a launch of what was stopped, not of what ran', () => {
  const record = items(
    { instanceId: 'i-1', previousState: { code: 80, name: 'stopped' } },
    { instanceId: 'i-2', previousState: { code: 16, name: 'running' } },
  );
  const found = launchesOf(event('StartInstances', record)) ?? [];
  assert.deepEqual(
    found.map(({ id, call }) => [id, call]),
    [['i-1', 'start']],
  );
});

test('a call that failed launched nothing', () => {
  const record = { errorCode: 'Server.InsufficientInstanceCapacity', responseElements: null };
  assert.deepEqual(launchesOf(event('RunInstances', record, ['i-1'])), []);
});

test('whatever a record holds, it is launches or not one of CloudTrail', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json()),
      fc.constantFrom('RunInstances', 'StartInstances'),
      (text, name) => {
        const found = launchesOf({ EventName: name, CloudTrailEvent: text });
        assert.ok(found === undefined || Array.isArray(found));
      },
    ),
  );
  assert.equal(launchesOf({ EventName: 'RunInstances' }), undefined);
  assert.equal(launchesOf(event('RunInstances', { eventTime: 'yesterday' })), undefined);
});
