import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import type { Incident } from '../model/incident.ts';
import { changesSince, isTold, toldBy } from './slack-thread.ts';

const MINUTE = 60_000;

function firing(count: number, resolved = 0): Partial<Incident> {
  const alerts = Array.from({ length: count + resolved }, (_, i) =>
    testAlert({ key: `a${i}`, ...(i < count ? {} : { state: 'resolved', resolvedAt: INCIDENT_START }) }),
  );
  return { alerts };
}

function noted(...notes: string[]): Partial<Incident> {
  return { details: { ...testIncident().details, notes } };
}

function sharing(value: string): Partial<Incident> {
  const trait = { victims: 35, ofVictims: 37, others: 1, ofOthers: 963, lift: 26 };
  return { details: { ...testIncident().details, shared: [{ name: 'database_server', value, ...trait }] } };
}

const helped = 'octopus-task-cancel helped: Tasks-7';
const CASES: readonly [what: string, before: Partial<Incident>, after: Partial<Incident>, lines: string[]][] =
  [
    ['nothing', {}, {}, []],
    ['another number in the line', {}, { summary: 'acme: queue stuck 13m' }, []],
    ['growth', firing(31), firing(37), ['Grew from 31 to 37']],
    ['growth by less than a tenth', firing(31), firing(34), []],
    ['growth of a small group', firing(1), firing(2), ['Grew from 1 to 2']],
    ['members that are over', firing(10), firing(6, 4), ['Shrank from 10 to 6']],
    ['a heal that begins', {}, { status: 'healing', heals: ['x at work: y'] }, ['Healing']],
    ['a heal that is planned', {}, { heals: ['x planned: would y (not armed)'] }, []],
    [
      'a heal that did not help',
      { status: 'healing', heals: ['x at work: y'] },
      { heals: ['x did not help: y'] },
      ['x did not help: y'],
    ],
    [
      'a heal that takes too long',
      { status: 'healing', heals: ['x at work: y'] },
      { heals: ['x at work: y'] },
      ['The heal takes too long: paged'],
    ],
    ['a heal of many', {}, { heals: ['a', 'b', 'c', 'd', 'e'] }, ['2 more before', 'c', 'd', 'e']],
    [
      'a note',
      {},
      noted('PagerDuty unreachable for 5 min: sent to Slack'),
      ['PagerDuty unreachable for 5 min: sent to Slack'],
    ],
    ['a note with another number', noted('unreachable for 5 min'), noted('unreachable for 6 min'), []],
    ['a shared cause', {}, sharing('sql-7'), ['They share database_server sql-7']],
    ['another shared cause', sharing('sql-7'), sharing('sql-8'), ['They share database_server sql-8']],
    ['urgency', { severity: 'ticket' }, {}, ['Now a page']],
    [
      'an acknowledgement',
      {},
      { acknowledged: { by: { name: 'Priya Nair', via: 'pagerduty' }, at: 1 } },
      ['Acknowledged by Priya Nair'],
    ],
    [
      'the end',
      { status: 'healing', ...firing(3) },
      { status: 'resolved', endsAt: INCIDENT_START + 28 * MINUTE, heals: [helped], ...firing(0, 3) },
      [helped, 'Resolved after 28m'],
    ],
  ];

describe('a thread is told of', () => {
  for (const [what, before, after, lines] of CASES) {
    test(what, () => {
      const told = toldBy(testIncident(before));
      const change = changesSince(told, testIncident(after));
      assert.deepEqual(change.lines, lines);
      assert.deepEqual(changesSince(change.told, testIncident(after)).lines, []);
    });
  }

  test('a slow growth in the end', () => {
    let told = toldBy(testIncident(firing(30)));
    const lines: string[] = [];
    for (let count = 31; count <= 40; count++) {
      const change = changesSince(told, testIncident(firing(count)));
      lines.push(...change.lines);
      ({ told } = change);
    }
    assert.deepEqual(lines, ['Grew from 30 to 33', 'Grew from 33 to 37']);
  });
});

test('what was told is known again as it comes back from a journal, and nothing else is', () => {
  assert.ok(isTold(JSON.parse(JSON.stringify(toldBy(testIncident())))));
  for (const other of [null, 'x', 1, [], {}, { alerts: 1 }, { alerts: 'x', heals: [], notes: [] }])
    assert.ok(!isTold(other));
});
