import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertGolden } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import { slackProblemOf, slackVersionOf } from '../../test/fakes/slack-limits.ts';
import { incidentDetails } from '../alerts/page/incident-details.ts';
import type { Incident } from '../model/incident.ts';
import { slackMessage, type SlackExtras } from './slack-message.ts';
import { escapeMrkdwn, mrkdwnLink, mrkdwnTime } from './slack-mrkdwn.ts';

const MINUTE = 60_000;

const RANGE = { start: INCIDENT_START - 54 * MINUTE, end: INCIDENT_START + 6 * MINUTE, step: 2 * MINUTE };
const VALUES = Array.from({ length: 31 }, (_, i) => (i < 5 ? undefined : Math.max(0, (i - 22) * 5)));
const STUCK = testAlert({
  expression: 'octopus_task_queue > 20',
  threshold: { operator: '>', value: 20 },
});

interface Golden {
  readonly incident: Incident;
  readonly extras?: SlackExtras;
}

const GOLDEN: Readonly<Record<string, Golden>> = {
  page: {
    incident: testIncident({
      alerts: [STUCK],
      heals: ['octopus-task-cancel did not help: Tasks-7 does not end'],
      details: incidentDetails(
        'k',
        'acme: queue stuck 12m, 43 waiting',
        [STUCK],
        'https://octowatch.example',
        {
          lastSimilar: {
            key: 'k0',
            summary: 'acme: queue stuck 8m, 21 waiting',
            startedAt: INCIDENT_START - 68 * 24 * 60 * MINUTE,
            endedAt: INCIDENT_START - 68 * 24 * 60 * MINUTE + 12 * MINUTE,
            ended: 'healed by octopus-task-cancel',
          },
          alsoFiring: ['acme: a node does not answer'],
          notes: ['PagerDuty unreachable for 5 min: sent to Slack'],
        },
      ),
    }),
    extras: {
      history: { range: RANGE, values: VALUES },
      buttons: {
        offer: { remedy: 'octopus-task-cancel', plan: 'cancel ServerTasks-9 (Deploy, queued 12m)' },
      },
    },
  },
  healing: {
    incident: testIncident({
      status: 'healing',
      heals: ['octopus-task-cancel did not help: Tasks-7', 'octopus-task-cancel at work: Tasks-8'],
    }),
  },
  resolved: {
    incident: testIncident({
      status: 'resolved',
      endsAt: INCIDENT_START + 28 * MINUTE,
      heals: ['octopus-task-cancel helped: Tasks-7'],
      acknowledged: { by: { name: 'Priya Nair', via: 'slack' }, at: INCIDENT_START + 5 * MINUTE },
    }),
    extras: { buttons: { offer: undefined } },
  },
  linked: {
    incident: linkedIncident(),
  },
  acknowledged: {
    incident: testIncident({
      acknowledged: { by: { name: 'Priya <Nair>', via: 'slack' }, at: INCIDENT_START + 5 * MINUTE },
    }),
    extras: { buttons: { offer: undefined } },
  },
  ticket: { incident: testIncident({ severity: 'ticket', alerts: [testAlert({ annotations: {} })] }) },
  storm: { incident: stormIncident() },
};

function linkedIncident(): Incident {
  const annotations = {
    action: 'Open the task that holds the others up.',
    link_url: 'https://acme.example.com/app#/Spaces-2/tasks/ServerTasks-4711',
    runbook_url: 'https://runbooks.example/octopus-task-blocked',
  };
  return testIncident({ alerts: [testAlert({ annotations })] });
}

function stormIncident(): Incident {
  const summary = '37 of 1,000 tenants down, 35 on sql-7: login timeout';
  const alerts = Array.from({ length: 37 }, (_, i) =>
    testAlert({
      key: `a${i}`,
      annotations: { summary: `tenant-${i}: down`, runbook_url: 'https://runbooks.example/octopus-down' },
    }),
  );
  const trait = {
    name: 'database_server',
    value: 'sql-7',
    victims: 35,
    ofVictims: 37,
    others: 1,
    ofOthers: 963,
  };
  const shared = [{ ...trait, lift: 26.27 }];
  return testIncident({
    summary,
    alerts,
    details: incidentDetails('k', summary, alerts, 'https://octowatch.example', { shared }),
  });
}

describe('a Slack message', () => {
  for (const [name, { incident, extras }] of Object.entries(GOLDEN)) {
    test(`golden: ${name}`, () => {
      const message = slackMessage(incident, extras);
      assertGolden(message, new URL(`fixtures/slack-${name}.json`, import.meta.url));
      const fields = Object.entries(message).map(([key, part]) => [
        key,
        typeof part === 'string' ? part : JSON.stringify(part),
      ]);
      assert.equal(slackProblemOf(slackVersionOf(Object.fromEntries(fields))), undefined);
    });
  }

  test('links without buttons where no press is heard, as Slack marks any button with a warning then', () => {
    assert.doesNotMatch(JSON.stringify(slackMessage(testIncident())), /"actions"/);
    assert.match(JSON.stringify(slackMessage(testIncident())), /incidents\/\w+\|Open incident>/);
  });

  test('cannot be made to mention anybody', () => {
    const bad = '<!channel> <@U1> <https://evil.example|login> & more';
    const alerts = [bad, bad].map((summary, i) => testAlert({ key: String(i), annotations: { summary } }));
    const message = slackMessage(
      testIncident({
        summary: bad,
        alerts,
        heals: [bad],
        acknowledged: { by: { name: bad, via: 'slack' }, at: INCIDENT_START },
        details: {
          impact: `${bad} for all`,
          value: bad,
          action: bad,
          alsoFiring: [bad],
          shared: [
            {
              name: bad,
              value: bad,
              victims: 1,
              ofVictims: 1,
              others: 0,
              ofOthers: 1,
              lift: Number.POSITIVE_INFINITY,
            },
          ],
          notes: [bad],
          lastSimilar: { key: 'k', summary: bad, startedAt: 0, endedAt: 1, ended: bad },
          links: {
            incident: 'https://octowatch.example/incidents/k',
            silence: 'https://octowatch.example',
            runbook: 'javascript:alert(1)',
            subject: 'javascript:alert(2)',
          },
        },
      }),
    );
    const links = JSON.stringify(message).match(/<[^>]*>/g) ?? [];
    assert.deepEqual(
      links.map((link) => link.replace(/\^.*/, '')),
      [
        '<!date',
        '<!date',
        '<!date',
        '<https://octowatch.example/incidents/k|Open incident>',
        '<https://octowatch.example/|Silence>',
      ],
    );
  });
});

describe('mrkdwn', () => {
  test('an escaped text is within its limit, well formed, and never ends in half an escape', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('&', '<', '>', 'a', ';', '😀', 'é') }),
        fc.integer({ min: 1, max: 40 }),
        (text, max) => {
          const escaped = escapeMrkdwn(text, max);
          assert.ok(escaped.length <= max);
          assert.ok(escaped.isWellFormed());
          const shown = escaped.replaceAll(
            /&(amp|lt|gt);/g,
            (_, name) => ({ amp: '&', lt: '<', gt: '>' })[String(name)] ?? '',
          );
          assert.ok(!/[<>]/.test(escaped));
          assert.ok(text === shown || text.startsWith(shown.slice(0, -1)), `${text} became ${escaped}`);
        },
      ),
    );
  });

  const LINKS = [
    ['https://a.example/x?a=1&b=2', '<https://a.example/x?a=1&amp;b=2|Runbook>'],
    ['https://a.example/a|b>c', '<https://a.example/a%7Cb%3Ec|Runbook>'],
    ['javascript:alert(1)', 'Runbook: javascript:alert(1)'],
    ['see the <wiki>', 'Runbook: see the &lt;wiki&gt;'],
  ] as const;
  for (const [address, expected] of LINKS) {
    test(`link to ${address}`, () => assert.equal(mrkdwnLink(address, 'Runbook'), expected));
  }

  test("a time is shown in the reader's zone, in UTC where that is not possible", () => {
    assert.equal(
      mrkdwnTime(INCIDENT_START + 999),
      '<!date^1795229580^{date_short_pretty} {time}|2026-11-21 02:53 UTC>',
    );
  });
});
