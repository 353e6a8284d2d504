import assert from 'node:assert/strict';
import test from 'node:test';
import { taskSchema, type Task } from '../../src/octopus/task.ts';
import { parseMemory, remember, type TaskMemory } from './task-memory.ts';

function task(id: string, State: string, fields: object = {}): Task {
  return taskSchema.parse({ Id: id, Name: 'Deploy', State, QueueTime: '2026-11-21T06:00:00Z', ...fields });
}

const NOW = Date.UTC(2026, 10, 21, 6, 30);

function after(...polls: (readonly Task[])[]): TaskMemory {
  let memory: TaskMemory | undefined;
  for (const [index, tasks] of polls.entries()) memory = remember(memory, tasks, true, NOW + index, NOW);
  assert.ok(memory);
  assert.deepEqual(parseMemory(JSON.parse(JSON.stringify(memory))), memory, 'survives its way over the disk');
  return memory;
}

test('the first poll counts no start', () => {
  assert.equal(after([task('a', 'Executing')]).started, 0);
});

test('a task that runs and did not before has started, once', () => {
  const polls = [[task('a', 'Queued')], [task('a', 'Executing')], [task('a', 'Executing')], []];
  assert.deepEqual(
    polls.map((_, index) => after(...polls.slice(0, index + 1)).started),
    [0, 1, 1, 1],
  );
});

test('a task that waited and is gone has started and ended in between', () => {
  assert.equal(after([task('a', 'Queued'), task('b', 'Queued')], [task('b', 'Queued')]).started, 1);
});

test('a task that nobody saw waiting counts when it runs', () => {
  assert.equal(after([], [task('a', 'Executing')]).started, 1);
});

test('a scheduled task that is gone was cancelled or moved, not started', () => {
  const later = task('a', 'Queued', { QueueTime: '2026-11-21T09:00:00Z' });
  assert.equal(after([later], []).started, 0);
});

test('what is missing from a cut list says nothing', () => {
  const before = after([task('a', 'Queued')]);
  assert.equal(remember(before, [], false, NOW, NOW).started, 0);
});

test('a queue that moves nothing starts nothing', () => {
  const stuck = [task('a', 'Queued'), task('b', 'Queued')];
  assert.equal(after(stuck, stuck, [...stuck, task('c', 'Queued')]).started, 0);
});

test('a cancellation is dated when it is first seen, and forgotten with the task', () => {
  const cancelling = [task('a', 'Cancelling')];
  assert.deepEqual(after([], cancelling, cancelling).cancelling, { a: NOW + 1 });
  assert.deepEqual(after(cancelling, []).cancelling, {});
});

test('a state of another version is no memory', () => {
  for (const state of [null, 'x', { started: 'many' }]) assert.equal(parseMemory(state), undefined);
});
