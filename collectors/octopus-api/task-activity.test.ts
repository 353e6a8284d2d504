import assert from 'node:assert/strict';
import test from 'node:test';
import { taskSchema, type Task } from '../../src/octopus/task.ts';
import { activityOf } from './task-activity.ts';

const NOW = Date.UTC(2026, 10, 21, 6, 30);

function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString();
}

function task(State: string, fields: object = {}): Task {
  return taskSchema.parse({ Id: 'ServerTasks-1', Name: 'Deploy', State, ...fields });
}

test('nothing active is zero, and no age', () => {
  assert.deepEqual(activityOf([], NOW), {
    queued: 0,
    executing: 0,
    cancelling: 0,
    scheduled: 0,
    awaitingPerson: 0,
    queueAge: undefined,
    updateAge: undefined,
  });
});

test('the age of a queue is that of its oldest waiting task', () => {
  const tasks = [task('Queued', { QueueTime: ago(10) }), task('Queued', { QueueTime: ago(480) })];
  assert.equal(activityOf([...tasks, task('Executing', { QueueTime: ago(9000) })], NOW).queueAge, 480);
});

test('a scheduled task neither waits nor ages; a broken stamp has no age', () => {
  const { queued, scheduled, queueAge } = activityOf(
    [task('Queued', { QueueTime: ago(-60) }), task('Queued', { QueueTime: '0001-01-01T00:00:00+00:00' })],
    NOW,
  );
  assert.deepEqual({ queued, scheduled, queueAge }, { queued: 1, scheduled: 1, queueAge: undefined });
});

test('a task that waits for a person is not stalled', () => {
  const waiting = task('Executing', { LastUpdatedTime: ago(7200), HasPendingInterruptions: true });
  const working = task('Executing', { LastUpdatedTime: ago(20) });
  const { updateAge, awaitingPerson, executing } = activityOf([waiting, working], NOW);
  assert.deepEqual(
    { updateAge, awaitingPerson, executing },
    { updateAge: 20, awaitingPerson: 1, executing: 2 },
  );
});
