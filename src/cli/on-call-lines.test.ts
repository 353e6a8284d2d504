import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertLines, byUrgency } from './alert-lines.ts';
import type { ShownAlert, ShownSilence } from './alertmanager-client.ts';
import { endOf, hiddenLines } from './silence-add.ts';
import { silenceLines } from './silence-lines.ts';

const NOW = Date.UTC(2026, 10, 21, 6, 30);
const MINUTE = 60_000;
const MATCHER = { name: 'tenant', value: 'acme', isRegex: false, isEqual: true };

function shown(
  summary: string,
  { status, octowatch, ...changes }: { [Key in keyof ShownAlert]?: Partial<ShownAlert[Key]> } = {},
): ShownAlert {
  return {
    labels: { alertname: 'Down', tenant: 'acme', severity: 'page' },
    annotations: { summary },
    startsAt: NOW - 12 * MINUTE,
    receivers: [{ name: 'on-call' }],
    ...changes,
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [], ...status },
    octowatch: { incidents: ['0123456789abcdef'], mutes: [], ...octowatch },
  } as ShownAlert;
}

const ALERTS: readonly ShownAlert[] = [
  shown('acme is down'),
  shown('globex waits', { status: { state: 'unprocessed' }, startsAt: NOW - 5000 }),
  shown('initech: queue of 43', {
    status: { state: 'suppressed', silencedBy: ['5b0f'] },
    octowatch: { mutes: [{ kind: 'silence', reason: 'silenced by jo until 08:30 UTC: upgrade' }] },
  }),
  shown('slow', {
    labels: { alertname: 'Slow', severity: 'ticket' },
    status: { state: 'suppressed', inhibitedBy: ['a'] },
    octowatch: {
      mutes: [
        { kind: 'inhibition', reason: 'inhibited by Down' },
        { kind: 'time_interval', reason: 'muted by nights' },
      ],
    },
  }),
  shown('muted', {
    status: { state: 'suppressed', mutedBy: ['nights'] },
    receivers: [{ name: 'team' }, { name: 'all\u001b[2J' }],
  }),
  shown('heals', { octowatch: { heldUntil: NOW + 5 * MINUTE } }),
  shown('one of many', {
    octowatch: { foldedInto: 'fedcba9876543210', incidents: [] },
    startsAt: NOW - 26 * 60 * MINUTE,
  }),
  shown('a\u001b[31m red\nalert', {
    annotations: { summary: 'a\u001b[31m red\nalert' },
    startsAt: NOW + MINUTE,
  }),
];

test('an alert is one line: its state, since when, what, who is told, and why not', () => {
  assert.deepEqual(alertLines(ALERTS, NOW), [
    'STATE      SEVERITY  SINCE  SUMMARY               RECEIVERS     INCIDENT  WHY',
    'firing     page      12m    acme is down          on-call       01234567  -',
    'waiting    page      5s     globex waits          on-call       01234567  -',
    'silenced   page      12m    initech: queue of 43  on-call       01234567  silenced by jo until 08:30 UTC: upgrade',
    'inhibited  ticket    12m    slow                  on-call       01234567  inhibited by Down; muted by nights',
    'muted      page      12m    muted                 team,all [2J  01234567  -',
    'held       page      12m    heals                 on-call       01234567  a heal is at work, at most until 06:35 UTC',
    'folded     page      1d 2h  one of many           on-call       -         told in fedcba98',
    'firing     page      0s     a [31m red alert      on-call       01234567  -',
  ]);
});

test('what wakes comes first, then what has fired longest', () => {
  const names = ALERTS.toSorted(byUrgency).map(({ annotations }) => annotations['summary']);
  assert.deepEqual([names[0], names.at(-1)], ['one of many', 'slow']);
});

test('a silence says beforehand what it hides', () => {
  assert.deepEqual(hiddenLines([]), ['it hides no alert that fires now']);
  assert.deepEqual(hiddenLines(ALERTS.slice(0, 1)), ['it hides 1 alert that fires now:', '  acme is down']);
  const many = Array.from({ length: 12 }, (_, index) => shown(`alert ${index}`, { startsAt: index }));
  const lines = hiddenLines(many);
  assert.deepEqual(
    [lines[0], lines[1], lines.length, lines.at(-1)],
    ['it hides 12 alerts that fire now:', '  alert 0', 12, '  and 2 more'],
  );
});

test('a silence is one line: its id, when it ends, of whom, for what, why', () => {
  const silence: ShownSilence = {
    id: '5b0f7e0a-1111-4222-8333-444455556666',
    status: { state: 'active' },
    matchers: [MATCHER, { name: 'a.b', value: 'x|y', isRegex: true, isEqual: false }],
    startsAt: NOW - MINUTE,
    endsAt: NOW + 90 * MINUTE,
    createdBy: 'jo',
    comment: 'upgrade\n2027',
    annotations: {},
  };
  const silences: ShownSilence[] = [
    silence,
    { ...silence, id: 'b', annotations: { ends_with_alert: 'true' }, matchers: [MATCHER] },
    {
      ...silence,
      id: 'c',
      status: { state: 'pending' },
      startsAt: NOW + 2 * MINUTE,
      createdBy: '',
      comment: '',
      matchers: [MATCHER],
    },
    {
      ...silence,
      id: 'd',
      status: { state: 'expired' },
      endsAt: NOW - 26 * 60 * MINUTE,
      matchers: [MATCHER],
    },
  ];
  assert.deepEqual(silenceLines(silences, NOW), [
    'ID                                    STATE    WHEN                                BY  MATCHERS                  COMMENT',
    '5b0f7e0a-1111-4222-8333-444455556666  active   ends in 1h 30m                      jo  tenant="acme" a.b!~"x|y"  upgrade 2027',
    'b                                     active   ends in 1h 30m, or with its alerts  jo  tenant="acme"             upgrade 2027',
    'c                                     pending  begins in 2m                        -   tenant="acme"             -',
    'd                                     expired  ended 1d 2h ago                     jo  tenant="acme"             upgrade 2027',
  ]);
  assert.deepEqual(silenceLines([], NOW), ['no silences']);
});

const ends: readonly [options: { for?: string; until?: string }, end: number][] = [
  [{ for: '2h' }, NOW + 120 * MINUTE],
  [{ until: '2026-11-21T08:00:00Z' }, NOW + 90 * MINUTE],
  [{ until: '2026-11-21T09:00+01:00' }, NOW + 90 * MINUTE],
];
for (const [options, end] of ends)
  test(`${JSON.stringify(options)} ends`, () => assert.equal(endOf(options, NOW), end));

const refused: readonly [options: { for?: string; until?: string }, message: RegExp][] = [
  [{}, /say how long at most: --for 2h/],
  [{ for: '1h', until: '2026-11-21T08:00:00Z' }, /not both/],
  [{ for: 'long' }, /not a duration/],
  [{ until: '08:00' }, /write a time such as/],
  [{ until: '2026-11-21T08:00:00' }, /write a time such as/],
];
for (const [options, message] of refused)
  test(`${JSON.stringify(options)} is refused`, () => assert.throws(() => endOf(options, NOW), { message }));
