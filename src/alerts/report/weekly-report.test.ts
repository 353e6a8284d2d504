import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertGolden } from '../../../test/fakes/golden.ts';
import { slackProblemOf, slackVersionOf } from '../../../test/fakes/slack-limits.ts';
import type { WeeklyReport } from '../../model/weekly-report.ts';
import { reportBlocks } from '../../notify/slack-report.ts';
import { renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';
import { busyWeek, entriesOf, REPORT_SETTINGS } from './testing/busy-week.ts';
import { parseWeek } from './week.ts';
import { weeklyReport, type ReportEntries } from './weekly-report.ts';

const AFTERWARDS = Date.parse('2026-11-16T07:00Z');

function reportOf(entries: ReportEntries, now = AFTERWARDS): WeeklyReport {
  const { timeZone } = REPORT_SETTINGS;
  return weeklyReport(parseWeek('2026-W46', timeZone), entries, REPORT_SETTINGS, now);
}

function golden(name: string): URL {
  return new URL(`fixtures/${name}`, import.meta.url);
}

describe('a busy week', () => {
  const report = reportOf(busyWeek());

  test('as text', () => assert.equal(renderText(report), readFileSync(golden('busy-week.txt'), 'utf8')));

  test('as HTML', async () => {
    const html = await renderHtml(report, REPORT_SETTINGS.officeHours);
    assert.equal(html, readFileSync(golden('busy-week.html'), 'utf8'));
  });

  test('as Slack blocks', () => assertGolden(reportBlocks(report), golden('busy-week.slack.json')));
});

describe('the sentence', () => {
  const page = { rule: 'Down', summary: 'acme down', tenant: 'acme' };
  const cases: readonly (readonly [name: string, at: readonly string[], sentence: string])[] = [
    ['without pages', [], 'Week 46: nobody woken, nothing healed'],
    [
      'with a page at work',
      ['2026-11-09T09:00Z'],
      'Week 46: nobody woken, paged once at work, nothing healed',
    ],
    [
      'with a page at night',
      ['2026-11-09T09:00Z', '2026-11-10T23:00Z'],
      'Week 46: woken once, nothing healed',
    ],
    ['with two', ['2026-11-10T23:00Z', '2026-11-12T23:00Z'], 'Week 46: woken twice, nothing healed'],
    // 23:30 on Sunday in Berlin, and half an hour into Monday.
    ['at its end', ['2026-11-15T22:30Z', '2026-11-15T23:30Z'], 'Week 46: woken once, nothing healed'],
  ];
  for (const [name, times, sentence] of cases)
    test(`of a week ${name}`, () => {
      assert.equal(reportOf(entriesOf(times.map((at) => ({ ...page, at, over: 1 })))).headline, sentence);
    });

  test('of a week that goes on says so, and compares nothing', () => {
    const { headline, lead, isOver } = reportOf(busyWeek(), Date.parse('2026-11-15T12:00Z'));
    assert.equal(isOver, false);
    assert.equal(headline, 'Week 46 so far: woken 3 times, 11 healed');
    assert.equal(lead, '5 pages of 2 teams.');
  });
});

describe('the budget', () => {
  const many = (count: number, hoursApart: number): ReportEntries =>
    entriesOf(
      Array.from({ length: count }, (_, n) => ({
        at: new Date(Date.parse('2026-11-09T00:00Z') + n * hoursApart * 3_600_000).toISOString(),
        rule: n < 8 ? 'Loud' : `Other${n}`,
        summary: `${n}`,
        tenant: `t${n}`,
      })),
    );

  test('that holds', () => {
    const report = reportOf(many(10, 12));
    assert.equal(report.lead, '10 pages of a budget of 10.');
    assert.deepEqual(report.changes, []);
  });

  test('that is broken, in the week and in a shift, names the rule that took it', () => {
    const report = reportOf(many(12, 5));
    assert.equal(
      report.lead,
      '12 pages of a budget of 10. 12 are 2 over the budget of 10; 3 came within 12h, where 2 are allowed (Loud 8, Other10 1, Other11 1).',
    );
    assert.deepEqual(report.changes, ['Loud took 8 of 12 pages: mend its cause first']);
  });
});

test('what was before anything is known is not compared', () => {
  const at = '2026-11-11T10:00Z';
  const alone = entriesOf([{ at, rule: 'Down', summary: 'acme down' }]);
  assert.deepEqual(
    reportOf(alone).weeks.map(({ week, pages }) => [week, pages]),
    [['2026-W46', 1]],
  );
  assert.equal(reportOf(alone).lead, '1 page of a budget of 10.');
  const later = entriesOf([
    { at: '2026-10-21T10:00Z', rule: 'Down', summary: 'acme down' },
    { at, rule: 'Down', summary: 'acme down' },
  ]);
  assert.deepEqual(
    reportOf(later).weeks.map(({ pages }) => pages),
    [1, 0, 0, 1],
  );
  assert.equal(reportOf(later).lead, '1 page of a budget of 10, 1 more than the week before.');
});

test('a rule that comes back is told to hold on', () => {
  const at = ['10:00', '10:40', '11:20'].map((time) => `2026-11-11T${time}Z`);
  const { changes, flaps } = reportOf(
    entriesOf(at.map((each) => ({ at: each, rule: 'Down', summary: 'acme down', over: 20 }))),
  );
  assert.equal(flaps, 2);
  assert.deepEqual(changes, [
    'Down paged 3 times and came back twice soon after its end: give it `keep_firing_for`',
  ]);
});

test('what two receivers were told of came back once', () => {
  const at = ['10:00', '10:40', '11:20'].map((time) => `2026-11-11T${time}Z`);
  const entries = entriesOf(at.map((each) => ({ at: each, rule: 'Down', summary: 'acme down', over: 20 })));
  const again = entries.incidents.map((each) => ({ ...each, key: `team-${each.key}`, receiver: 'team' }));
  assert.equal(reportOf({ ...entries, incidents: [...entries.incidents, ...again] }).flaps, 2);
});

test('whatever happened, every rendering keeps its limits and escapes what others wrote', async () => {
  const word = fc.oneof(
    fc.string({ maxLength: 130 }),
    fc.constant('<img src=x onerror=alert(1)>'),
    fc.constant('&<>"`|*_'),
    fc.constant('\u001b[31m\u202ered\n'),
  );
  const told = fc.record({
    at: fc
      .date({ min: new Date('2026-11-02'), max: new Date('2026-11-16'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    rule: word,
    summary: word,
    team: fc.constantFrom('db', 'web'),
    takenBy: word,
    over: fc.nat(3000),
    ended: fc.constantFrom('over by itself', 'healed by <b>x</b>'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(told, { maxLength: 60 }), async (rows) => {
      const report = reportOf(entriesOf(rows));
      for (const line of renderText(report).split('\n')) {
        assert.ok(line.length <= 80, line);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
      }
      const html = await renderHtml(report, REPORT_SETTINGS.officeHours);
      assert.doesNotMatch(html, /<img|<b>|&<>/);
      const blocks = JSON.stringify(reportBlocks(report));
      assert.equal(slackProblemOf(slackVersionOf({ text: report.headline, blocks })), undefined);
      assert.doesNotMatch(blocks, /<img|<b>/);
    }),
    { numRuns: 60 },
  );
});
