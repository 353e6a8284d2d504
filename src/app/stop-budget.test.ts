import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STOP_MS } from './stop-budget.ts';

test('a stop ends within 10 s whatever hangs', () => {
  const all = Object.values(STOP_MS).reduce((sum, ms) => sum + ms, 0);
  assert.ok(all <= 10_000 - 1000, `${all} ms, and the process has to end after that`);
});
