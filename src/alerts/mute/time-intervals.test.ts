import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { EntryFailure } from './entry-failure.ts';
import { NamedInterval } from './named-interval.ts';
import { containsTime, parseTimeInterval, type TimeIntervalOptions } from './time-interval.ts';
import { TimeIntervals } from './time-intervals.ts';

const MINUTE = 60_000;

function times(...ranges: readonly string[]): NonNullable<TimeIntervalOptions['times']> {
  return ranges.map((range) => {
    const [start_time = '', end_time = ''] = range.split('-');
    return { start_time, end_time };
  });
}

/** A wall-clock time in a zone, or a time with its offset. */
function at(text: string): number {
  return (text.endsWith(']') ? Temporal.ZonedDateTime.from(text) : Temporal.Instant.from(text))
    .epochMilliseconds;
}

function contains(options: TimeIntervalOptions, time: string): boolean {
  return new NamedInterval('n', [parseTimeInterval(options)]).at(at(time)).contains;
}

const office: TimeIntervalOptions = { times: times('09:00-17:00'), weekdays: ['monday:friday'] };
const berlin = 'Europe/Berlin';

describe('a time interval', () => {
  // Within and without, of Alertmanager's documentation and of what changes clocks and months.
  const table: readonly (readonly [
    name: string,
    TimeIntervalOptions,
    within: readonly string[],
    without: readonly string[],
  ])[] = [
    ['without a field holds at any time', {}, ['2026-11-21T00:00:00Z'], []],
    [
      'of office hours',
      office,
      ['2026-11-20T09:00:00Z', '2026-11-20T16:59:59Z'],
      ['2026-11-20T08:59:59Z', '2026-11-20T17:00:00Z', '2026-11-21T12:00:00Z', '2026-11-22T12:00:00Z'],
    ],
    [
      'of office hours in Sydney',
      { ...office, location: 'Australia/Sydney' },
      ['2026-11-19T22:00:00Z', '2026-07-20T06:59:00Z'],
      ['2026-11-20T06:00:00Z', '2026-07-20T07:00:00Z'],
    ],
    ['up to 24:00', { times: times('17:00-24:00') }, ['2026-11-20T23:59:59Z'], ['2026-11-21T00:00:00Z']],
    [
      'of several times of day',
      { times: times('00:00-06:00', '22:00-24:00') },
      ['2026-11-20T22:00:00Z', '2026-11-21T05:59:00Z'],
      ['2026-11-21T06:00:00Z', '2026-11-21T21:59:00Z'],
    ],
    [
      'of weekdays by name, in any case',
      { weekdays: ['Monday:wednesday', 'SATURDAY', 'sunday'] },
      ['2026-11-16T00:00:00Z', '2026-11-18T23:00:00Z', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'],
      ['2026-11-19T12:00:00Z', '2026-11-20T12:00:00Z'],
    ],
    [
      'of days from both ends of a month',
      { days_of_month: ['1:5', '-3:-1'] },
      ['2026-02-05T12:00:00Z', '2026-02-26T12:00:00Z', '2028-02-27T12:00:00Z', '2026-01-29T00:00:00Z'],
      ['2026-02-25T12:00:00Z', '2028-02-26T12:00:00Z', '2026-02-06T00:00:00Z'],
    ],
    [
      'of the last day, in a month of 31 and of 28',
      { days_of_month: [-1] },
      ['2026-01-31T00:00:00Z', '2026-02-28T23:59:00Z', '2028-02-29T00:00:00Z'],
      ['2026-01-30T23:59:00Z', '2028-02-28T12:00:00Z'],
    ],
    [
      'of days that not every month has',
      { days_of_month: ['30:31'] },
      ['2026-04-30T00:00:00Z', '2026-05-31T00:00:00Z'],
      ['2026-02-28T00:00:00Z', '2026-04-29T00:00:00Z'],
    ],
    ['of days that leave the month', { days_of_month: ['1:31', '-31:-30'] }, ['2026-02-28T00:00:00Z'], []],
    [
      'of a range from the start to the end',
      { days_of_month: ['10:-10'] },
      ['2026-02-19T00:00:00Z', '2026-01-22T00:00:00Z'],
      ['2026-02-20T00:00:00Z', '2026-01-23T00:00:00Z'],
    ],
    [
      'of months by name and number',
      { months: ['1:3', 'may:August', 'december', 10] },
      ['2026-03-31T00:00:00Z', '2026-08-01T00:00:00Z', '2026-12-31T00:00:00Z', '2026-10-01T00:00:00Z'],
      ['2026-04-01T00:00:00Z', '2026-09-30T00:00:00Z', '2026-11-01T00:00:00Z'],
    ],
    [
      'of years',
      { years: ['2020:2022', 2030] },
      ['2020-01-01T00:00:00Z', '2022-12-31T23:59:00Z', '2030-05-05T00:00:00Z'],
      ['2019-12-31T23:59:00Z', '2023-01-01T00:00:00Z'],
    ],
    [
      'by the date of its zone',
      { days_of_month: [1], months: ['january'], location: 'Pacific/Kiritimati' },
      ['2025-12-31T10:00:00Z', '2026-01-01T09:59:00Z'],
      ['2025-12-31T09:59:00Z', '2026-01-01T10:00:00Z'],
    ],
    [
      'of an hour that a change of clocks skips: never on that day',
      { times: times('02:00-03:00'), location: berlin },
      ['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z'],
      ['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'],
    ],
    [
      'of an hour that a change of clocks repeats: twice',
      { times: times('02:00-02:30'), location: berlin },
      ['2026-10-25T00:00:00Z', '2026-10-25T00:29:00Z', '2026-10-25T01:00:00Z', '2026-10-25T01:29:00Z'],
      ['2026-10-24T23:59:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
    ],
    [
      'of the last day of a month in which clocks change',
      { days_of_month: [-1], location: berlin },
      ['2026-03-30T22:00:00Z', '2026-03-31T21:59:00Z', '2026-10-30T23:00:00Z'],
      ['2026-03-30T21:59:00Z', '2026-03-31T22:00:00Z', '2026-10-30T22:59:00Z'],
    ],
    [
      'in a zone whose clocks change by half an hour',
      { times: times('01:30-02:00'), location: 'Australia/Lord_Howe' },
      ['2026-04-04T14:30:00Z', '2026-04-04T15:00:00Z', '2026-04-04T15:29:00Z'],
      ['2026-04-04T14:29:00Z', '2026-04-04T15:30:00Z'],
    ],
  ];
  for (const [name, options, within, without] of table)
    test(name, () => {
      for (const time of within) assert.equal(contains(options, time), true, time);
      for (const time of without) assert.equal(contains(options, time), false, time);
    });

  const refused: readonly (readonly [
    TimeIntervalOptions,
    path: readonly (string | number)[],
    detail: RegExp,
  ])[] = [
    [
      { times: times('09:00-17:00', '9:00-17:00') },
      ['times', 1, 'start_time'],
      /"9:00" is no time of day: write 08:00/,
    ],
    [{ times: times('09:00-24:01') }, ['times', 0, 'end_time'], /up to 24:00/],
    [{ times: times('22:00-06:00') }, ['times', 0], /over midnight write two, up to 24:00 and from 00:00/],
    [{ times: [] }, ['times'], /leave it out/],
    [{ weekdays: ['monday', 'mondy'] }, ['weekdays', 1], /mondy is no weekday: did you mean monday\?/],
    [
      { weekdays: ['friday:monday'] },
      ['weekdays', 0],
      /week begins on Sunday: write "friday:monday" as two ranges/,
    ],
    [{ weekdays: ['a:b:c'] }, ['weekdays', 0], /no range: write one value, or two with a colon/],
    [{ days_of_month: ['0'] }, ['days_of_month', 0], /0 is no day of a month/],
    [{ days_of_month: ['1:32'] }, ['days_of_month', 0], /32 is no day of a month/],
    [{ days_of_month: ['-5:5'] }, ['days_of_month', 0], /the last one is too/],
    [{ days_of_month: ['10:5'] }, ['days_of_month', 0], /ends before it begins in every month/],
    [{ months: [13] }, ['months', 0], /13 is no month: write 1 to 12/],
    [{ months: ['august:may'] }, ['months', 0], /year begins in January/],
    [{ months: ['sepember'] }, ['months', 0], /did you mean september\?/],
    [{ years: ['2026:2020'] }, ['years', 0], /ends before it begins/],
    [{ years: ['soon'] }, ['years', 0], /soon is no year/],
    [{ location: 'Europe/Bonn' }, ['location'], /"Europe\/Bonn" is no time zone: use a name like/],
    [{ location: '+02:00' }, ['location'], /no time zone/],
  ];
  for (const [options, path, detail] of refused)
    test(`is refused: ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => parseTimeInterval(options),
        (error) => {
          assert.ok(error instanceof EntryFailure);
          assert.deepEqual(error.path, path);
          assert.match(error.detail, detail);
          return true;
        },
      );
    });
});

describe('a route', () => {
  const named = new TimeIntervals(
    new Map(
      Object.entries({
        'office-hours': [{ times: times('08:00-18:00'), weekdays: ['monday:friday'], location: berlin }],
        'saturday-cover': [{ weekdays: ['saturday'], location: berlin }],
        night: [{ times: times('00:00-06:00') }, { times: times('22:00-24:00') }],
        holidays: [{ months: ['december'], location: berlin }],
        never: [{ years: [1999] }],
      }).map(([name, each]) => [name, each.map(parseTimeInterval)]),
    ),
  );

  function told(route: { mute?: readonly string[]; active?: readonly string[] }, time: string): string[] {
    const { mute = [], active = [] } = route;
    return named
      .mutesOf({ muteTimeIntervals: mute, activeTimeIntervals: active }, at(time))
      .map(({ reason }) => reason);
  }

  test('is muted outside of its active intervals, until the first of them', () => {
    const route = { active: ['office-hours'] };
    assert.deepEqual(told(route, '2026-11-20T17:00:00Z'), [
      'outside office-hours until Mon 08:00 Europe/Berlin',
    ]);
    assert.deepEqual(told(route, '2026-11-20T06:00:00Z'), ['outside office-hours until 08:00 Europe/Berlin']);
    assert.deepEqual(told(route, '2026-11-20T07:00:00Z'), []);
    assert.deepEqual(told({ active: ['office-hours', 'saturday-cover'] }, '2026-11-20T17:00:00Z'), [
      'outside office-hours, saturday-cover until Sat 00:00 Europe/Berlin',
    ]);
    assert.deepEqual(told({ active: ['never'] }, '2026-11-20T17:00:00Z'), ['outside never']);
  });

  test('is muted within each of its mute intervals', () => {
    const route = { mute: ['night', 'holidays', 'office-hours'] };
    assert.deepEqual(told(route, '2026-11-20T22:30:00Z'), ['within night until Sat 06:00 UTC']);
    assert.deepEqual(told(route, '2026-12-20T22:30:00Z'), [
      'within night until Mon 06:00 UTC',
      'within holidays until 2027-01-01 00:00 Europe/Berlin',
    ]);
    assert.deepEqual(told(route, '2026-12-01T12:00:00Z'), [
      'within holidays',
      'within office-hours until 18:00 Europe/Berlin',
    ]);
    assert.deepEqual(told(route, '2026-11-21T12:00:00Z'), []);
  });

  test('that names what is not there is told', () => {
    assert.deepEqual(told({ mute: ['gone'], active: ['gone', 'never'] }, '2026-11-21T12:00:00Z'), []);
    assert.deepEqual(told({}, '2026-11-21T12:00:00Z'), []);
  });

  test('gives the end in ms', () => {
    const route = { muteTimeIntervals: ['office-hours'], activeTimeIntervals: [] };
    const [mute] = named.mutesOf(route, at('2026-11-20T12:00:00Z'));
    assert.deepEqual(mute, {
      kind: 'time_interval',
      id: 'office-hours',
      reason: 'within office-hours until 18:00 Europe/Berlin',
      until: at('2026-11-20T17:00:00Z'),
    });
  });

  test('is told again from the minute on that the clock says, whichever way clocks change', () => {
    const interval = new NamedInterval('n', [
      parseTimeInterval({ times: times('02:00-02:30'), location: berlin }),
    ]);
    const changes: string[] = [];
    for (let time = at('2026-10-24T12:00:00Z'); changes.length < 5;) {
      time = interval.at(time).changesAt ?? assert.fail();
      changes.push(new Date(time).toISOString().slice(8, 16));
    }
    assert.deepEqual(changes, ['25T00:00', '25T00:30', '25T01:00', '25T01:30', '26T01:00']);
  });
});

test('the next change is the first minute that differs, and what is remembered holds until then', () => {
  const quarter = fc.nat(95).map((n) => n * 15);
  const clock = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const range = fc
    .tuple(quarter, quarter)
    .map(([a, b]) => ({ start_time: clock(Math.min(a, b)), end_time: clock(Math.max(a, b) + 15) }));
  const options = fc.record(
    {
      times: fc.array(range, { minLength: 1, maxLength: 2 }),
      weekdays: fc.subarray(['sunday', 'monday:wednesday', 'thursday', 'friday:saturday'], { minLength: 1 }),
      days_of_month: fc.subarray(['1:2', '10:20', '-4:-1'], { minLength: 1 }),
    },
    { requiredKeys: [] },
  );
  const zone = fc.constantFrom(
    'UTC',
    berlin,
    'America/Havana',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Asia/Beirut',
  );
  const start = fc
    .constantFrom(
      '2026-03-28T00:00:00Z',
      '2026-10-24T00:00:00Z',
      '2026-03-07T00:00:00Z',
      '2026-10-31T00:00:00Z',
      '2026-04-03T00:00:00Z',
    )
    .chain((day) => fc.nat(2 * 96).map((n) => at(day) + n * 15 * MINUTE));
  fc.assert(
    fc.property(fc.array(fc.tuple(options, zone), { minLength: 1, maxLength: 2 }), start, (parts, from) => {
      const intervals = parts.map(([each, location]) => parseTimeInterval({ ...each, location }));
      const naive = (time: number): boolean =>
        intervals.some((interval) =>
          containsTime(
            interval,
            Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(interval.zone),
          ),
        );
      const tested = new NamedInterval('n', intervals);
      const { contains: within, changesAt } = tested.at(from);
      for (let time = from; time < from + 3 * 1440 * MINUTE; time += 15 * MINUTE) {
        assert.equal(tested.at(time).contains, naive(time));
        if (changesAt !== undefined && time < changesAt) assert.equal(naive(time), within);
      }
      if (changesAt !== undefined) assert.notEqual(naive(changesAt), within);
    }),
    { numRuns: 200 },
  );
});
