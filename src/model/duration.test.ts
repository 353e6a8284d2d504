import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, humanDuration, parseDuration } from './duration.ts';
import { Failure } from './failure.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const PARSED: readonly (readonly [string, number])[] = [
  ['0', 0],
  ['0s', 0],
  ['15s', 15_000],
  ['5m', 300_000],
  ['5ms', 5],
  ['1h30m', 5_400_000],
  ['1m5ms', 60_005],
  ['2d', 2 * DAY],
  ['1w', 7 * DAY],
  ['1y', 365 * DAY],
  ['1y2w3d4h5m6s7ms', 365 * DAY + 14 * DAY + 3 * DAY + 4 * HOUR + 306_007],
];
for (const [text, ms] of PARSED) test(`${text} is ${ms} ms`, () => assert.equal(parseDuration(text), ms));

for (const text of ['', '5', '-5m', '1.5h', '5 m', '1m1h', '1m1m', 'm', '1x', ' 1m', '1M', '٣m']) {
  test(`${JSON.stringify(text)} is no duration`, () => {
    assert.throws(
      () => parseDuration(text),
      (error: unknown) =>
        error instanceof Failure && error.reason === 'invalid' && error.message.includes('write 30s'),
    );
  });
}

const FORMATTED: readonly (readonly [number, string])[] = [
  [0, '0s'],
  [5_400_000, '1h30m'],
  [7 * DAY, '1w'],
  [8 * DAY, '8d'],
  [365 * DAY, '1y'],
  [90 * DAY, '90d'],
  [1500, '1s500ms'],
  [-60_000, '-1m'],
];
for (const [ms, text] of FORMATTED) test(`${ms} ms is ${text}`, () => assert.equal(formatDuration(ms), text));

describe('durations', () => {
  test('what is formatted parses to the same', () => {
    fc.assert(fc.property(fc.nat(400 * DAY), (ms) => assert.equal(parseDuration(formatDuration(ms)), ms)));
  });
});

const SAID: readonly (readonly [number, string])[] = [
  [400, '0s'],
  [59_400, '59s'],
  [59_600, '1m'],
  [90_000, '1m 30s'],
  [12 * 60_000 + 40_000, '12m'],
  [HOUR, '1h'],
  [HOUR + 5 * 60_000, '1h 5m'],
  [DAY, '1d'],
  [3 * DAY + 2 * HOUR, '3d 2h'],
];
for (const [ms, text] of SAID)
  test(`${ms} ms is said as ${text}`, () => assert.equal(humanDuration(ms), text));
