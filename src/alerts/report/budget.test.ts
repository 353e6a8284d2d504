import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { IncidentEntry, PageEntry } from '../log/incident-log.ts';
import { loudestRules, teamBudgets } from './budget.ts';
import { isInOfficeHours } from './office-hours.ts';
import { EVERYBODY, wakingsOf } from './wakings.ts';
import { parseWeek, weekBefore, weekOf, zoned } from './week.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 9);
const BUDGET = { per_week: 3, per_shift: 2, shift: 12 * HOUR };

function page(hour: number, over: Partial<PageEntry> = {}): PageEntry {
  return {
    at: MONDAY + hour * HOUR,
    key: `k${hour}`,
    receiver: 'oncall',
    kind: 'pagerduty',
    wakes: true,
    route: '{}',
    rule: 'QueueStuck',
    summary: 'acme: 43 tasks wait',
    ...over,
  };
}

function incident(hour: number, over: Partial<IncidentEntry> = {}): IncidentEntry {
  return {
    key: `k${hour}`,
    receiver: 'oncall',
    alertname: 'QueueStuck',
    severity: 'page',
    summary: '',
    startedAt: MONDAY + hour * HOUR,
    ...over,
  };
}

describe('weeks', () => {
  const named: readonly (readonly [time: string, zone: string, id: string, hours: number])[] = [
    ['2026-11-09T00:00Z', 'UTC', '2026-W46', 168],
    ['2026-11-15T23:59Z', 'UTC', '2026-W46', 168],
    ['2026-11-15T23:59Z', 'Australia/Sydney', '2026-W47', 168],
    ['2026-11-09T04:59Z', 'America/New_York', '2026-W45', 168],
    // The 53rd week of a year reaches into the next, and the first may begin in the one before.
    ['2027-01-03T12:00Z', 'UTC', '2026-W53', 168],
    ['2024-12-30T12:00Z', 'UTC', '2025-W01', 168],
    // Clocks go forward, and back.
    ['2026-03-29T12:00Z', 'Europe/Berlin', '2026-W13', 167],
    ['2026-10-25T12:00Z', 'Europe/Berlin', '2026-W43', 169],
  ];
  for (const [time, zone, id, hours] of named)
    test(`${time} in ${zone} is in ${id}`, () => {
      const week = weekOf(Date.parse(time), zone);
      assert.deepEqual([week.id, (week.to - week.from) / HOUR], [id, hours]);
      assert.deepEqual(parseWeek(id, zone), week);
    });

  for (const text of ['', '46', '2026-46', '2026-W54', '2025-W53', '2026-W00', '2026-W046', 'last'])
    test(`${JSON.stringify(text)} is no week`, () =>
      assert.throws(() => parseWeek(text, 'UTC'), { reason: 'invalid', message: /write 2026-W46/ }));

  test('they follow each other without a gap, in every zone', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Pacific/Apia',
      'Asia/Kathmandu',
      'Africa/Cairo',
    ];
    const moment = fc.date({ min: new Date('2000-01-10'), max: new Date('2099-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (date, zone) => {
        const week = weekOf(date.getTime(), zone);
        assert.ok(week.from <= date.getTime() && date.getTime() < week.to);
        assert.equal(weekBefore(week, zone).to, week.from);
        assert.equal(zoned(week.from, zone).dayOfWeek, 1);
        assert.deepEqual(parseWeek(week.id, zone), week);
      }),
    );
  });
});

describe('office hours', () => {
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
  const berlin = { days, from: '08:00', to: '18:00', time_zone: 'Europe/Berlin' };
  const evening = { days: ['friday'], from: '20:00', to: '04:00', time_zone: 'UTC' };
  const cases: readonly (readonly [time: string, hours: typeof berlin, isIn: boolean])[] = [
    ['2026-11-09T07:00Z', berlin, true],
    ['2026-11-09T06:59Z', berlin, false],
    ['2026-11-09T16:59Z', berlin, true],
    ['2026-11-09T17:00Z', berlin, false],
    ['2026-11-14T11:00Z', berlin, false],
    // The Friday before the clocks go forward, and the Monday after; the same in autumn.
    ['2026-03-27T06:59Z', berlin, false],
    ['2026-03-27T07:00Z', berlin, true],
    ['2026-03-30T06:00Z', berlin, true],
    ['2026-03-30T05:59Z', berlin, false],
    ['2026-10-23T06:00Z', berlin, true],
    ['2026-10-26T06:59Z', berlin, false],
    ['2026-10-26T07:00Z', berlin, true],
    ['2026-11-13T21:00Z', evening, true],
    ['2026-11-14T03:59Z', evening, true],
    ['2026-11-14T04:00Z', evening, false],
    ['2026-11-14T21:00Z', evening, false],
    ['2026-11-13T03:00Z', evening, false],
  ];
  for (const [time, hours, isIn] of cases)
    test(`${time} is ${isIn ? 'in' : 'out of'} ${hours.from} to ${hours.to} in ${hours.time_zone}`, () =>
      assert.equal(isInOfficeHours(Date.parse(time), hours), isIn));
});

describe('who was woken', () => {
  test('an episode is one page, by however many ways and however often it is told', () => {
    const pages = [
      page(1),
      page(1, { kind: 'slack', wakes: false }),
      page(2, { key: 'k1' }),
      page(4, { key: 'k1' }),
    ];
    const incidents = [incident(1, { endedAt: MONDAY + 3 * HOUR }), incident(4, { key: 'k1' })];
    assert.deepEqual(
      wakingsOf(pages, incidents).map(({ at, incident: episode }) => [
        (at - MONDAY) / HOUR,
        episode?.startedAt,
      ]),
      [
        [1, MONDAY + HOUR],
        [4, MONDAY + 4 * HOUR],
      ],
    );
  });

  test('a page of an episode that is not known counts once, for everybody', () => {
    const wakings = wakingsOf([page(1), page(2, { key: 'k1' })], []);
    assert.deepEqual(
      wakings.map(({ team, incident: episode }) => [team, episode]),
      [[EVERYBODY, undefined]],
    );
  });
});

describe('the budget', () => {
  const budgets = (...pages: readonly PageEntry[]): unknown[] =>
    teamBudgets(wakingsOf(pages, []), BUDGET).map(({ team, left, mostInShift, isBroken }) => [
      team,
      left,
      mostInShift,
      isBroken,
    ]);

  test('is used up, and not broken, by as many pages as it allows', () => {
    assert.deepEqual(budgets(page(0), page(1), page(13)), [[EVERYBODY, 0, 2, false]]);
  });

  test('is broken by one more in a week', () => {
    assert.deepEqual(budgets(page(0), page(24), page(48), page(72)), [[EVERYBODY, -1, 1, true]]);
  });

  test('is broken by one more in a shift, whenever that began', () => {
    assert.deepEqual(budgets(page(7), page(12), page(18.9)), [[EVERYBODY, 0, 3, true]]);
    assert.deepEqual(budgets(page(7), page(12), page(19)), [[EVERYBODY, 0, 2, false]]);
  });

  test('is a team’s own', () => {
    assert.deepEqual(budgets(page(0, { team: 'web' }), page(1, { team: 'db' }), page(2, { team: 'db' })), [
      ['db', 1, 2, false],
      ['web', 2, 1, false],
    ]);
  });

  test('names the loudest rules first', () => {
    const rules = ['TenantDown', 'QueueStuck', 'DiskFull', 'QueueStuck'];
    const wakings = wakingsOf(
      rules.map((rule, n) => page(n, { rule })),
      [],
    );
    assert.deepEqual(loudestRules(wakings), [
      { rule: 'QueueStuck', pages: 2 },
      { rule: 'DiskFull', pages: 1 },
      { rule: 'TenantDown', pages: 1 },
    ]);
  });

  test('counts the most in a shift as one who tries every span does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (hours, span) => {
        const times = hours.toSorted((a, b) => a - b);
        const pages = times.map((hour, n) => page(hour, { key: `${n}` }));
        const [team] = teamBudgets(wakingsOf(pages, []), { ...BUDGET, shift: span * HOUR });
        const most = Math.max(
          0,
          ...times.map((start) => times.filter((t) => t >= start && t < start + span).length),
        );
        assert.equal(team?.mostInShift ?? 0, most);
      }),
    );
  });
});
