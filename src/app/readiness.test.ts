import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupStatus } from '../ruler/rule-status.ts';
import { lastEvaluation, notReady } from './readiness.ts';

function group(name: string, evaluatedAt?: number): GroupStatus {
  const times = evaluatedAt === undefined ? {} : { lastEvaluation: evaluatedAt };
  return {
    id: name,
    name,
    file: 'rules.yml',
    intervalMs: 1000,
    limit: 0,
    queryOffsetMs: 0,
    durationMs: 0,
    rules: [],
    ...times,
  };
}

test('it is ready when each group was evaluated since the start', () => {
  assert.deepEqual(notReady([group('a', 100), group('b', 101)], 100), []);
  assert.deepEqual(notReady([], 100), []);
});

test('groups that were not evaluated since the start are named', () => {
  assert.deepEqual(notReady([group('never'), group('before', 99), group('since', 100)], 100), [
    'rule group never was not evaluated yet',
    'rule group before was not evaluated yet',
  ]);
});

test('the last evaluation is that of the latest group', () => {
  assert.equal(lastEvaluation([group('a', 1), group('b', 3), group('c')]), 3);
  assert.equal(lastEvaluation([group('c')]), undefined);
});
