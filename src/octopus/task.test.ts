import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isWaiting, span, taskSchema } from './task.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

test('spans are never negative and never over a year', () => {
  for (const [from, to, expected] of [
    [1000, 3500, 2500],
    [3500, 1000, 0],
    [0, YEAR_MS + 1, undefined],
    [undefined, 1, undefined],
    [1, undefined, undefined],
  ] as const) {
    assert.equal(span(from, to), expected);
  }
});

test('an unset .NET date is no stamp', () => {
  const task = taskSchema.parse({
    Id: 'ServerTasks-1',
    Name: 'Deploy',
    QueueTime: '0001-01-01T00:00:00+00:00',
  });
  assert.equal(task.queueTime, undefined);
});

test('stamps of any zone and precision are read', () => {
  const task = taskSchema.parse({
    Id: 'ServerTasks-1',
    Name: 'Deploy',
    QueueTime: '2026-11-21T16:30:00.1234567+10:00',
  });
  assert.equal(task.queueTime, Date.UTC(2026, 10, 21, 6, 30, 0, 123));
});

test('a task whose time has not come does not wait', () => {
  const task = taskSchema.parse({
    Id: 'ServerTasks-1',
    Name: 'Deploy',
    State: 'Queued',
    QueueTime: '2026-11-21T06:30:00Z',
  });
  const due = Date.UTC(2026, 10, 21, 6, 30);
  assert.deepEqual(
    [due - 1, due, due + 1].map((now) => isWaiting(task, now)),
    [false, true, true],
  );
});

test('any object with an id and a type is a task, whatever else it holds', () => {
  const texts = fc.record(
    {
      SpaceId: fc.jsonValue(),
      Description: fc.jsonValue(),
      State: fc.jsonValue(),
      QueueTime: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      texts,
      (fields) => taskSchema.safeParse({ ...fields, Id: 'ServerTasks-1', Name: 'Deploy' }).success,
    ),
  );
});
