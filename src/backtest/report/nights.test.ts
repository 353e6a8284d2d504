import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countNights, nightRow, nightsOf } from './nights.ts';

const at = (text: string): number => Date.parse(text);

test('a night goes from noon to noon on the wall, and is one across midnight and a change of clocks', () => {
  const nights = nightsOf(at('2026-10-24T00:00:00+02:00'), at('2026-10-26T13:00:00+01:00'), 'Europe/Berlin');
  assert.deepEqual(
    nights.map(({ day, from, to }) => [day, (to - from) / 3_600_000]),
    [
      ['2026-10-23', 24],
      ['2026-10-24', 25],
      ['2026-10-25', 24],
      ['2026-10-26', 24],
    ],
  );
  const pages = ['2026-10-24T22:00:00+02:00', '2026-10-25T03:00:00+01:00', '2026-10-25T12:00:00+01:00'].map(
    at,
  );
  assert.equal(nightRow(nights, pages), '.21.');
  assert.equal(countNights(nights, pages), 2);
  assert.equal(
    nightRow(
      nights,
      Array.from({ length: 12 }, () => pages[0] ?? 0),
    ),
    '.+..',
  );
});
