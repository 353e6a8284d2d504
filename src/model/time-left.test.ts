import assert from 'node:assert/strict';
import test from 'node:test';
import { timeLeft } from './time-left.ts';

const cases: readonly [what: string, now: number, left: number][] = [
  ['at its beginning', 1000, 500],
  ['midway', 1200, 300],
  ['at its end', 1500, 0],
  ['long after it', 9000, 0],
  ['after a clock was set back over its beginning', 999, 0],
];
for (const [what, now, left] of cases)
  test(`a wait of 500 ms ${what}`, () => assert.equal(timeLeft(1500, 500, now), left));
