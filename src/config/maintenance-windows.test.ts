import assert from 'node:assert/strict';
import test from 'node:test';
import { maintenanceWindows } from './maintenance-windows.ts';

const NIGHTLY = { name: 'nightly', start: '02:00', duration: '2h' };

test('a window is for everybody on every day, in UTC, unless told', () => {
  const [window] = maintenanceWindows.parse([NIGHTLY]);
  assert.deepEqual(window, {
    name: 'nightly',
    start: '02:00',
    duration: 7_200_000,
    days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
    time_zone: 'UTC',
  });
  assert.deepEqual(maintenanceWindows.parse(undefined), []);
});

test('what cannot be meant is refused, saying what to write', () => {
  for (const [windows, message] of [
    [[{ ...NIGHTLY, start: '2:00' }], /write a local time such as 02:00/],
    [[{ ...NIGHTLY, start: '24:00' }], /write a local time such as 02:00/],
    [[{ ...NIGHTLY, duration: '0s' }], /write a duration of at most 7d/],
    [[{ ...NIGHTLY, duration: '8d' }], /write a duration of at most 7d/],
    [[{ ...NIGHTLY, days: [] }], /name at least one day/],
    [[{ ...NIGHTLY, days: ['Sunday'] }], /monday/],
    [[{ ...NIGHTLY, tenants: [] }], /name at least one tenant/],
    [[{ ...NIGHTLY, time_zone: 'Berlin' }], /write UTC or Europe\/Berlin/],
    [[NIGHTLY, NIGHTLY], /two have one name/],
    [[{ ...NIGHTLY, ends: '04:00' }], /ends/],
  ] as const) {
    const { error } = maintenanceWindows.safeParse(windows);
    assert.match(error?.message ?? 'accepted', message, JSON.stringify(windows));
  }
});
