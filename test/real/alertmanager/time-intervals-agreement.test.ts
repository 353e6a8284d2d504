import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { EntryFailure } from '../../../src/alerts/mute/entry-failure.ts';
import {
  containsTime,
  parseTimeInterval,
  type TimeIntervalOptions,
} from '../../../src/alerts/mute/time-interval.ts';
import { skipWithoutGo } from '../go-program.ts';
import { askAlertmanager } from './alertmanager-judge.ts';

const HOUR = 3_600_000;
// 0.34.1 takes a month that loses an hour for a day shorter (mended since): its end is asked for where clocks do not change.
const STEADY = ['UTC', 'Asia/Kathmandu', 'Asia/Tokyo', 'Pacific/Kiritimati'];
const CHANGING = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Beirut',
  'America/Havana',
  'Europe/Dublin',
];

const times = fc
  .tuple(fc.nat(95), fc.nat(95))
  .map(([a, b]) => ({ start_time: clock(Math.min(a, b)), end_time: clock(Math.max(a, b) + 1) }));
const weekday = fc.constantFrom('sunday', 'Monday', 'tuesday:thursday', 'FRIDAY:saturday', 'monday:friday');
const midMonth = fc.constantFrom('1', '5:10', '12:28', '1:20');
const monthEnd = fc.constantFrom(
  '28:31',
  '1:31',
  '31',
  '30:30',
  '-1',
  '-31',
  '-3:-1',
  '10:-10',
  '-31:-30',
  '18:-9',
);
const month = fc.constantFrom('1', 'january', 'march:May', '4:11', 'december', '1:12');
const year = fc.constantFrom('2026', '2024:2026', '2027:2030');

function clock(quarter: number): string {
  return `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;
}

function entry(location: string, day: fc.Arbitrary<string>): fc.Arbitrary<TimeIntervalOptions> {
  const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 2 });
  const parts = {
    times: some(times),
    weekdays: some(weekday),
    days_of_month: some(day),
    months: some(month),
    years: some(year),
  };
  return fc.record(parts, { requiredKeys: [] }).map((options) => ({ ...options, location }));
}

const anyEntry = fc.oneof(
  fc.constantFrom(...STEADY).chain((zone) => entry(zone, fc.oneof(midMonth, monthEnd))),
  fc.constantFrom(...CHANGING).chain((zone) => entry(zone, midMonth)),
);

const word = fc.constantFrom(
  'monday',
  'Friday',
  'sunday',
  'mon',
  'may',
  'March',
  'octo',
  '1',
  '5',
  '12',
  '28',
  '30',
  '2026',
  '-1',
  '-5',
  '-28',
  '',
  ' 1',
  '1.5',
  'x',
);
const range = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(':'));
const time = fc.constantFrom(
  '00:00',
  '08:00',
  '17:45',
  '24:00',
  '24:01',
  '9:00',
  '12:60',
  '08:00:00',
  '',
  'noon',
);
const anyField = fc.oneof(
  range.map((text): TimeIntervalOptions => ({ weekdays: [text] })),
  range.map((text): TimeIntervalOptions => ({ days_of_month: [text] })),
  range.map((text): TimeIntervalOptions => ({ months: [text] })),
  range.map((text): TimeIntervalOptions => ({ years: [text] })),
  fc
    .tuple(time, time)
    .map(([start_time, end_time]): TimeIntervalOptions => ({ times: [{ start_time, end_time }] })),
  fc
    .constantFrom('UTC', '', 'Europe/Berlin', 'Europe/Bonn', 'Mars', 'Asia/Kolkata')
    .map((location): TimeIntervalOptions => ({ location })),
);

/** What we refuse on purpose: months and years there are none of. */
function isOnPurpose({ months = [], years = [] }: TimeIntervalOptions): boolean {
  return [...years, ...months].some((text) => /-|[0-9]{2}/.test(String(text)));
}

/** A time every few hours of three years, and each quarter of an hour around changes of clocks. */
function moments(): number[] {
  const found: number[] = [];
  for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2028, 2, 2); at += 11.25 * HOUR) found.push(at);
  const changes = [
    '2026-03-08T04:00Z',
    '2026-03-28T21:00Z',
    '2026-04-04T13:00Z',
    '2026-10-03T14:00Z',
    '2026-10-24T20:00Z',
    '2026-11-01T03:00Z',
  ];
  for (const change of changes)
    for (let quarter = 0; quarter < 24; quarter++) found.push(Date.parse(change) + quarter * (HOUR / 4));
  return found;
}

test('Alertmanager finds the same times within 600 intervals', { skip: skipWithoutGo() }, async () => {
  const at = moments();
  const entries = fc.sample(anyEntry, { seed: 1, numRuns: 600 });
  const answers = await askAlertmanager(entries.map((interval) => ({ interval, times: at })));
  let within = 0;
  for (const [index, options] of entries.entries()) {
    const { error, holds } = answers[index] ?? assert.fail();
    assert.equal(error, undefined);
    const interval = parseTimeInterval(options);
    const found = at.map((ms) =>
      containsTime(interval, Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(interval.zone)),
    );
    const differs = at.filter((_, number) => found[number] !== holds?.[number]);
    assert.deepEqual(
      differs.map((ms) => new Date(ms).toISOString()),
      [],
      JSON.stringify(options),
    );
    within += found.filter((is) => is).length;
  }
  assert.ok(within > 50_000, `${within} within`);
});

test('Alertmanager refuses the same of 2,000 fields', { skip: skipWithoutGo() }, async () => {
  const entries = fc.sample(anyField, { seed: 1, numRuns: 2000 });
  const answers = await askAlertmanager(entries.map((interval) => ({ interval, times: [] })));
  const refused = answers.filter(({ error }) => error !== undefined).length;
  assert.ok(refused > 500 && refused < 1900, `${refused} refused`);
  for (const [index, options] of entries.entries()) {
    const { error } = answers[index] ?? assert.fail();
    if (error === undefined && isOnPurpose(options)) continue;
    const name = `${JSON.stringify(options)}: ${error}`;
    if (error === undefined) assert.doesNotThrow(() => parseTimeInterval(options), name);
    else assert.throws(() => parseTimeInterval(options), EntryFailure, name);
  }
});
