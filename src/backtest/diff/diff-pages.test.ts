import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseIncidents } from '../incidents/incident-records.ts';
import { matchIncidents } from '../incidents/match-incidents.ts';
import type { WakingPage } from '../report/backtest-report.ts';
import { diffPages } from './diff-pages.ts';

const MINUTE = 60_000;

function page(
  rule: string,
  tenant: string,
  at: number,
  endedAt: number,
  traits: readonly string[] = [],
): WakingPage {
  return {
    at: at * MINUTE,
    endedAt: endedAt * MINUTE,
    rule,
    tenants: [tenant],
    traits,
    receiver: 'oncall',
    route: '{}',
    team: 'all',
    summary: `${tenant}: ${rule}`,
    isOutOfHours: true,
  };
}

describe('pages of two sets of rules', () => {
  test('are the same trouble when the tenant is and both are open; a page of the same rule is preferred', () => {
    const before = [
      page('Slow', 'a', 0, 60),
      page('Down', 'a', 10, 30),
      page('Down', 'b', 10, 20),
      page('Down', 'c', 10, 20),
    ];
    const after = [
      page('Down', 'a', 5, 30),
      page('Late', 'b', 15, 40),
      page('Down', 'c', 21, 30),
      page('Slow', 'a', 0, 60),
    ];
    const { added, removed, earlier, later, same } = diffPages(before, after, 100 * MINUTE);
    assert.deepEqual(added, [after[2]]);
    assert.deepEqual(removed, [before[3]]);
    assert.deepEqual(earlier, [{ before: before[1], after: after[0], byMs: -5 * MINUTE }]);
    assert.deepEqual(later, [{ before: before[2], after: after[1], byMs: 5 * MINUTE }]);
    assert.equal(same, 1);
  });
});

describe('recorded incidents', () => {
  const incidents = parseIncidents(
    [
      { id: 1, t0: 0, t1: 20 * MINUTE, harm_from: 5 * MINUTE, evidence_from: 7 * MINUTE, tenants: ['a'] },
      { id: 2, t0: 0, t1: 20 * MINUTE, tenants: ['b'], class: 'P' },
      { id: 3, t0: 0, shared: { kind: 'database_server', name: 'sql-7' } },
      { id: 4, t0: 0, t1: 5 * MINUTE, tenants: ['c'], class: 'L' },
      { id: 5, t0: 0, t1: 5 * MINUTE, tenants: ['b'], parent: 2 },
    ]
      .map((each) => JSON.stringify(each))
      .join('\n'),
    'i.jsonl',
  );

  test('are caught by a page of a tenant or of what is shared, from their beginning to soon after their end', () => {
    const pages = [
      page('Down', 'a', 9, 30),
      page('Down', 'b', 31, 40),
      page('Storm', 'z', 50, 60, ['sql-7']),
      page('Slow', 'c', 14, 20),
      page('Slow', 'd', 14, 20),
    ];
    const { caught, missed, left, needless, stray } = matchIncidents(incidents, pages);
    assert.deepEqual(
      caught.map(({ incident, afterMs = 0 }) => [incident.id, afterMs / MINUTE]),
      [
        ['1', 2],
        ['3', 50],
      ],
    );
    assert.deepEqual(
      missed.map(({ id }) => id),
      ['2'],
    );
    assert.deepEqual(
      left.map(({ id }) => id),
      ['5'],
    );
    assert.deepEqual(needless, [pages[3]]);
    assert.deepEqual(stray, [pages[1], pages[4]]);
  });

  test('that are none are refused with their line', () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['[1]', /^i:1: /],
      ['{"id":1,"t0":0,"tenants":["a"]}\n{"id":1,"tenants":["a"]}', /^i:2: t0: /],
      ['{"id":1,"t0":0}', /^i:1: an incident needs tenants, or shared/],
    ];
    for (const [text, message] of cases) assert.throws(() => parseIncidents(text, 'i'), { message });
  });
});
