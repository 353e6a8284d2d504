import assert from 'node:assert/strict';
import test from 'node:test';
import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 21, 6, 30);

test('Retry-After is seconds or a date, never negative, never over 10 minutes', () => {
  for (const [header, expected] of [
    ['17', 17_000],
    ['0', 0],
    ['-5', 0],
    ['86400', 600_000],
    ['Sat, 21 Nov 2026 06:30:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 06:29:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    assert.equal(parseRetryAfter(header, NOW), expected, String(header));
  }
});
