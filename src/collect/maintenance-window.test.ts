import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isWithinWindow, type MaintenanceWindow } from './maintenance-window.ts';

const HOUR_MS = 3_600_000;
const EVERY_DAY: MaintenanceWindow['days'] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

function window(over: Partial<MaintenanceWindow> = {}): MaintenanceWindow {
  return { days: EVERY_DAY, start: '02:00', duration: 2 * HOUR_MS, time_zone: 'Europe/Berlin', ...over };
}

/** First and last minute (UTC) of the window around a time, as the minutes of that day say it. */
function spanOf(day: string, over: Partial<MaintenanceWindow> = {}): string {
  const start = Date.parse(`${day}T00:00:00Z`) - 12 * HOUR_MS;
  const minutes = Array.from({ length: 36 * 60 }, (_, minute) => start + minute * 60_000);
  const inside = minutes.filter((time) => isWithinWindow(window(over), time));
  const clock = (ms = 0): string => new Date(ms).toISOString().slice(5, 16);
  return `${clock(inside[0])} to ${clock((inside.at(-1) ?? 0) + 60_000)}, ${inside.length} min`;
}

test('windows around both changes of the clock, by elapsed time', () => {
  for (const [what, day, over, expected] of [
    ['an ordinary night', '2026-03-28', { days: ['saturday'] }, '03-28T01:00 to 03-28T03:00, 120 min'],
    // At 02:00 the clock jumps to 03:00: 02:00 is not there and is taken as 03:00.
    ['begins in the gap', '2026-03-29', { days: ['sunday'] }, '03-29T01:00 to 03-29T03:00, 120 min'],
    [
      'begins in the middle of the gap',
      '2026-03-29',
      { days: ['sunday'], start: '02:30' },
      '03-29T01:30 to 03-29T03:30, 120 min',
    ],
    [
      'begins before the gap',
      '2026-03-29',
      { days: ['sunday'], start: '01:30' },
      '03-29T00:30 to 03-29T02:30, 120 min',
    ],
    // From 03:00 the clock goes back to 02:00: 02:00 comes twice.
    [
      'begins in the repeated hour',
      '2026-10-25',
      { days: ['sunday'] },
      '10-25T00:00 to 10-25T02:00, 120 min',
    ],
    [
      'begins before the repeated hour',
      '2026-10-25',
      { days: ['sunday'], start: '01:30' },
      '10-24T23:30 to 10-25T01:30, 120 min',
    ],
    [
      'begins after the repeated hour',
      '2026-10-25',
      { days: ['sunday'], start: '03:00' },
      '10-25T02:00 to 10-25T04:00, 120 min',
    ],
    [
      'over midnight, by the day of its begin',
      '2026-11-22',
      { days: ['saturday'], start: '23:00' },
      '11-21T22:00 to 11-22T00:00, 120 min',
    ],
    [
      'half an hour of change, southern',
      '2026-10-04',
      { days: ['sunday'], start: '02:10', time_zone: 'Australia/Lord_Howe' },
      '10-03T15:40 to 10-03T17:40, 120 min',
    ],
  ] as const) {
    assert.equal(spanOf(day, over), expected, what);
  }
});

test('a week long window has no gap', () => {
  const week = window({ days: ['monday'], start: '00:00', duration: 7 * 24 * HOUR_MS, time_zone: 'UTC' });
  fc.assert(fc.property(fc.integer({ min: 0, max: 2e12 }), (now) => isWithinWindow(week, now)));
});

test('what is inside begins at most its duration ago, on one of its days', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
  );
  const starts = fc.record({ hour: fc.nat(23), minute: fc.nat(59) });
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }),
      zones,
      starts,
      fc.integer({ min: 1, max: 20 * 60 }),
      (now, zone, { hour, minute }, minutes) => {
        const start = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const duration = minutes * 60_000;
        const inside = isWithinWindow(window({ start, duration, time_zone: zone }), now);
        // On a day without a change the local wall time says the same.
        const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
        const isPlain = [-1, 0, 1].every((days) => at(now).add({ days }).hoursInDay === 24);
        if (!isPlain) return;
        const since = (at(now).hour * 60 + at(now).minute - (hour * 60 + minute) + 1440) % 1440;
        const ms = since * 60_000 + at(now).second * 1000 + at(now).millisecond;
        assert.equal(inside, ms < duration);
      },
    ),
  );
});
