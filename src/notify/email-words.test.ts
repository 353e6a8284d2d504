import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertGoldenText } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import type { Incident } from '../model/incident.ts';
import { emailHtml } from './email-html.ts';
import { emailText } from './email-words.ts';

const MINUTE = 60_000;
const PAGE = testIncident({ heals: ['octopus-task-cancel did not help: Tasks-7 does not end'] });

const STORM = testIncident({
  summary: '37 of 1,000 tenants down, 35 on sql-7: login timeout, 13 min',
  heals: ['octopus-restart did not help: ember-rail', 'octopus-restart not tried: shared cause, 34 tenants'],
  details: {
    ...PAGE.details,
    impact: '35 of 36 tenants on sql-7 cannot log in, and 2 others',
    action: 'fail sql-7 over to its standby',
    value: '37 (threshold > 5)',
    lastSimilar: {
      key: 'k',
      summary: 'sql-4: storage full',
      startedAt: Date.UTC(2026, 8, 14, 1, 20),
      endedAt: Date.UTC(2026, 8, 14, 1, 32),
      ended: 'acknowledged by Priya Nair',
    },
    alsoFiring: ['quarry-games: down, disk full on sql-11'],
    shared: [
      {
        name: 'database_server',
        value: 'sql-7',
        victims: 35,
        ofVictims: 37,
        others: 1,
        ofOthers: 963,
        lift: 26,
      },
    ],
    notes: ['PagerDuty unreachable for 5 min: sent here'],
  },
  acknowledged: { by: { name: 'Tom Okafor', via: 'slack' }, at: INCIDENT_START + 5 * MINUTE },
});

const GOLDEN: Readonly<Record<string, Incident>> = {
  page: PAGE,
  storm: STORM,
  resolved: { ...STORM, status: 'resolved', endsAt: INCIDENT_START + 28 * MINUTE },
  group: testIncident({
    alerts: Array.from({ length: 12 }, (_, n) =>
      testAlert({ key: `a${n}`, annotations: { summary: `tenant-${n}: queue stuck` } }),
    ),
  }),
};

for (const [name, incident] of Object.entries(GOLDEN)) {
  test(`golden: e-mail ${name}`, () => {
    assertGoldenText(emailText(incident), new URL(`fixtures/email-${name}.txt`, import.meta.url));
    assertGoldenText(emailHtml(incident), new URL(`fixtures/email-${name}.html`, import.meta.url));
  });
}

const anything = fc.string({ unit: 'grapheme', maxLength: 300 });

test('no line of the text is longer than 72 columns, but for addresses', () => {
  fc.assert(
    fc.property(anything, anything, anything, (summary, action, heal) => {
      const incident = testIncident({ summary, heals: [heal], details: { ...PAGE.details, action } });
      for (const line of emailText(incident).split('\n'))
        assert.ok(Array.from(line).length <= 72 || line.includes('https://'), line);
    }),
  );
});

test('nothing that an alert says is markup in the HTML', () => {
  const markup = /<(?!\/?(?:html|head|meta|title|body|h1|table|tr|th|td|p|a|br)[ >]|!doctype)/;
  const parts = fc.constantFrom(
    '<script>',
    '"',
    "'",
    '&',
    '</td>',
    '<img src=x onerror=alert(1)>',
    'a',
    '\n',
  );
  fc.assert(
    fc.property(
      fc.array(parts).map((some) => some.join('')),
      (bad) => {
        const html = emailHtml(
          testIncident({
            summary: bad,
            heals: [bad],
            details: { ...PAGE.details, action: bad, notes: [bad] },
          }),
        );
        assert.doesNotMatch(html, markup);
        assert.ok(!html.includes('onerror=alert(1)>'));
      },
    ),
  );
});

test('a link that is no address of the web is left out', () => {
  const { links } = PAGE.details;
  const incident = testIncident({
    details: { ...PAGE.details, links: { ...links, runbook: 'javascript:alert(1)' } },
  });
  assert.ok(!emailHtml(incident).includes('javascript'));
  assert.ok(!emailText(incident).includes('javascript'));
});
